#include "plan/problem_list.h"

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace carmilla {
namespace {

// A file that is not a configuration at all would otherwise fill the screen.
constexpr size_t kMostLines = 50;

std::string Render(const Problem& problem, const std::string& file, bool with_hint) {
  std::string line = "--set: ";
  if (problem.position.line > 0) {
    line = file + ":" + std::to_string(problem.position.line) + ":" +
           std::to_string(problem.position.column) + ": ";
  }
  line += problem.text;
  if (with_hint && !problem.hint.empty()) line += "; " + problem.hint;
  return line;
}

}  // namespace

void ProblemList::Add(SourcePosition position, std::string text, std::string hint) {
  problems_.push_back({position, std::move(text), std::move(hint)});
}

arrow::Status ProblemList::ToStatus(const std::string& file) const {
  if (problems_.empty()) return arrow::Status::OK();
  std::vector<Problem> sorted = problems_;
  std::ranges::stable_sort(sorted, {}, &Problem::position);
  const std::string& first_hint = sorted.front().hint;
  const bool one_hint_fits_all = std::ranges::all_of(
      sorted, [&](const Problem& problem) { return problem.hint == first_hint; });
  std::vector<std::string> lines;
  if (sorted.size() > 1) {
    lines.push_back(file + ": " + std::to_string(sorted.size()) + " problems");
  }
  for (size_t i = 0; i < std::min(sorted.size(), kMostLines); ++i) {
    lines.push_back(Render(sorted[i], file, /*with_hint=*/!one_hint_fits_all));
  }
  if (sorted.size() > kMostLines) {
    lines.push_back("and " + std::to_string(sorted.size() - kMostLines) + " more");
  }
  return MakeErrorList(ErrorKind::kConfiguration, lines,
                       one_hint_fits_all ? first_hint : "");
}

}  // namespace carmilla
