#include "cli/text_table.h"

#include <algorithm>
#include <numeric>
#include <sstream>

#include "cli/display_text.h"
#include "cli/word_wrap.h"

namespace carmilla {
namespace {

/// Narrower columns say nothing any more.
constexpr size_t kNarrowest = 8;
constexpr size_t kGap = 2;

/// The lines of a cell in a column of `width`: broken between words, or one line that is
/// cut if a word is wider.
std::vector<std::string> LinesOf(const std::string& cell, size_t width) {
  if (DisplayWidth(cell) <= width) return {cell};
  std::vector<std::string> lines;
  std::istringstream wrapped(WrapWords(cell, 0, width));
  for (std::string line; std::getline(wrapped, line);) {
    if (DisplayWidth(line) > width) return {TruncateToWidth(cell, width)};
    lines.push_back(line);
  }
  return lines;
}

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

TextTable TextTable::WithoutColumn(size_t left_out) const {
  TextTable table = *this;
  const auto at = static_cast<std::ptrdiff_t>(left_out);
  table.columns_.erase(table.columns_.begin() + at);
  for (auto& row : table.rows_) row.erase(row.begin() + at);
  return table;
}

void TextTable::PrintRow(std::ostream& out, const std::string& indent,
                         const std::vector<std::string>& cells,
                         const std::vector<size_t>& widths, const Terminal* faint) const {
  std::vector<std::vector<std::string>> lines_of_cells;
  size_t num_lines = 1;
  for (size_t i = 0; i < cells.size(); ++i) {
    lines_of_cells.push_back(LinesOf(cells[i], widths[i]));
    num_lines = std::max(num_lines, lines_of_cells.back().size());
  }
  for (size_t number = 0; number < num_lines; ++number) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      const auto& lines = lines_of_cells[i];
      const std::string cell = number < lines.size() ? lines[number] : "";
      const std::string padding(widths[i] - DisplayWidth(cell), ' ');
      line += columns_[i].align == Align::kRight ? padding + cell : cell + padding;
      if (i + 1 < cells.size()) line += std::string(kGap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << indent << (faint != nullptr ? faint->Paint(Shade::kFaint, line) : line)
        << '\n';
  }
}

void TextTable::Print(std::ostream& out, const std::string& indent,
                      const Terminal& terminal) const {
  std::vector<size_t> widths = Widths();
  const auto room = static_cast<size_t>(terminal.Width());
  const auto used = [&] {
    return std::accumulate(widths.begin(), widths.end(),
                           indent.size() + kGap * (widths.size() - 1));
  };
  if (room > 0 && used() > room) {
    const auto optional = std::ranges::find(columns_, true, &Column::is_optional);
    if (optional != columns_.end()) {
      const auto index = static_cast<size_t>(optional - columns_.begin());
      WithoutColumn(index).Print(out, indent, terminal);
      return;
    }
  }
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
  std::vector<std::string> titles;
  titles.reserve(columns_.size());
  for (const Column& column : columns_) titles.push_back(column.title);
  PrintRow(out, indent, titles, widths, &terminal);
  for (const auto& row : rows_) PrintRow(out, indent, row, widths, nullptr);
}

}  // namespace carmilla
