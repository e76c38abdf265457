#include "cli/text_table.h"

#include <algorithm>
#include <numeric>

#include "cli/display_text.h"

namespace carmilla {
namespace {

/// Narrower columns say nothing any more.
constexpr size_t kNarrowest = 8;
constexpr size_t kGap = 2;

}  // namespace

void TextTable::AddRow(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = DisplayText(cell);
  rows_.push_back(std::move(cells));
}

std::vector<size_t> TextTable::Widths() const {
  std::vector<size_t> widths;
  widths.reserve(columns_.size());
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t width = DisplayWidth(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, DisplayWidth(row[i]));
    widths.push_back(width);
  }
  return widths;
}

void TextTable::PrintLines(std::ostream& out, const std::string& indent,
                           const std::vector<size_t>& widths,
                           const Terminal* terminal) const {
  const auto print_row = [&](bool is_title, const auto& cell_at) {
    std::string line;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string cell = DisplayWidth(cell_at(i)) <= widths[i]
                                   ? cell_at(i)
                                   : TruncateToWidth(cell_at(i), widths[i]);
      const std::string padding(widths[i] - DisplayWidth(cell), ' ');
      line += columns_[i].align == Align::kRight ? padding + cell : cell + padding;
      if (i + 1 < columns_.size()) line += std::string(kGap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    const bool is_faint = is_title && terminal != nullptr;
    out << indent << (is_faint ? terminal->Paint(Shade::kFaint, line) : line) << '\n';
  };
  print_row(true, [&](size_t i) -> const std::string& { return columns_[i].title; });
  for (const auto& row : rows_) {
    print_row(false, [&](size_t i) -> const std::string& { return row[i]; });
  }
}

void TextTable::Print(std::ostream& out, const std::string& indent) const {
  PrintLines(out, indent, Widths(), nullptr);
}

void TextTable::Print(std::ostream& out, const std::string& indent,
                      const Terminal& terminal) const {
  std::vector<size_t> widths = Widths();
  const auto room = static_cast<size_t>(terminal.Width());
  const auto used = [&] {
    return std::accumulate(widths.begin(), widths.end(),
                           indent.size() + kGap * (widths.size() - 1));
  };
  while (room > 0 && used() > room) {
    size_t widest = widths.size();
    for (size_t i = 0; i < widths.size(); ++i) {
      const bool may_be_cut = columns_[i].align == Align::kLeft && widths[i] > kNarrowest;
      if (may_be_cut && (widest == widths.size() || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    if (widest == widths.size()) break;
    --widths[widest];
  }
  PrintLines(out, indent, widths, &terminal);
}

}  // namespace carmilla
