#include "cli/failure_printer.h"

#include <string>

#include "cli/word_wrap.h"

namespace carmilla {
namespace {

constexpr size_t kIndent = 2;

}  // namespace

void FailurePrinter::Print(std::string_view about, const arrow::Status& status) {
  if (kind_ != KindOf(status)) Finish();
  kind_ = KindOf(status);
  PrintFailure(out_, terminal_, "carmilla:", about, status);
}

void FailurePrinter::Finish() {
  if (!kind_) return;
  out_ << WrapHanging(RenderKind(*kind_), kIndent, TextWidth(terminal_)) << std::endl;
  kind_.reset();
}

void PrintFailure(std::ostream& out, const Terminal& terminal, std::string_view name,
                  std::string_view about, const arrow::Status& status) {
  std::string text = std::string(name) + ' ';
  if (!about.empty()) text += EscapeControlCharacters(about) + ": ";
  text = WrapHanging(text + RenderError(status), kIndent, TextWidth(terminal));
  out << terminal.Paint(Shade::kRed, name) << text.substr(name.size()) << std::endl;
}

}  // namespace carmilla
