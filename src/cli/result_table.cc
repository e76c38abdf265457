#include "cli/result_table.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <algorithm>
#include <utility>

#include "cli/cell_text.h"
#include "cli/display_text.h"

namespace carmilla {
namespace {

constexpr size_t kMostBytesHeldBack = 4 << 20;
// Text columns are not made narrower than this to fit the terminal.
constexpr size_t kNarrowest = 8;
constexpr std::string_view kSeparator = " | ";

}  // namespace

ResultTable::ResultTable(const arrow::Schema& schema,
                         const std::vector<std::string>& type_names,
                         const ResultPrinterOptions& options)
    : options_(options) {
  for (const auto& field : schema.fields()) {
    Column column{
        .title = DisplayText(field->name()),
        .is_number = IsNumber(*field->type()),
        .is_whole = IsNumber(*field->type()) || arrow::is_temporal(field->type()->id())};
    if (options.shows_types) column.type = DisplayText(type_names[columns_.size()]);
    column.width = std::max(DisplayWidth(column.title), DisplayWidth(column.type));
    columns_.push_back(std::move(column));
  }
}

void ResultTable::Begin(std::string* /*out*/) {}

void ResultTable::Add(const arrow::RecordBatch& batch, int64_t row, std::string* out) {
  std::vector<std::string> cells;
  cells.reserve(columns_.size());
  for (int i = 0; i < batch.num_columns(); ++i) {
    std::string cell;
    if (IsNullCell(*batch.column(i), row)) {
      cell = "NULL";
    } else {
      AppendCellText(*batch.column(i), row, &cell);
    }
    cells.push_back(DisplayText(cell));
  }
  if (is_streaming_) {
    PrintRow(cells, out);
    return;
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    columns_[i].width = std::max(columns_[i].width, DisplayWidth(cells[i]));
    held_back_bytes_ += cells[i].size();
  }
  held_back_.push_back(std::move(cells));
  if (std::cmp_greater_equal(held_back_.size(), options_.sample_rows) ||
      held_back_bytes_ >= kMostBytesHeldBack) {
    PrintHeldBack(out);
  }
}

void ResultTable::End(std::string* out) {
  if (!is_streaming_) PrintHeldBack(out);
}

bool ResultTable::ChooseWidths() {
  if (options_.width <= 0 || columns_.empty()) return true;
  const auto available = static_cast<size_t>(options_.width);
  // The space at the left, and the separators.
  size_t total = 1 + (columns_.size() - 1) * kSeparator.size();
  for (const Column& column : columns_) total += column.width;
  while (total > available) {
    Column* widest = nullptr;
    size_t second = kNarrowest;
    for (Column& column : columns_) {
      if (column.is_whole || column.width <= kNarrowest) continue;
      if (widest == nullptr || column.width > widest->width) {
        if (widest != nullptr) second = std::max(second, widest->width);
        widest = &column;
      } else {
        second = std::max(second, column.width);
      }
    }
    if (widest == nullptr) return false;
    // Down to the next widest at once, then one by one among equals.
    const size_t step = std::max<size_t>(1, widest->width - second);
    const size_t cut = std::min(step, total - available);
    widest->width -= cut;
    total -= cut;
  }
  return true;
}

void ResultTable::PrintHeldBack(std::string* out) {
  is_streaming_ = true;
  if (columns_.empty()) return;
  // A single column gains nothing from a block.
  if (!ChooseWidths() && columns_.size() > 1 && !held_back_.empty()) {
    std::vector<std::string> titles;
    titles.reserve(columns_.size());
    for (const Column& column : columns_) {
      titles.push_back(column.title + (column.type.empty() ? "" : " " + column.type));
    }
    expanded_.emplace(std::move(titles), static_cast<size_t>(options_.width));
  } else {
    PrintHead(out);
  }
  for (const auto& cells : held_back_) PrintRow(cells, out);
  held_back_.clear();
  held_back_.shrink_to_fit();
}

void ResultTable::PrintHead(std::string* out) const {
  std::vector<std::string> titles;
  std::vector<std::string> types;
  for (const Column& column : columns_) {
    const size_t width = std::max<size_t>(column.width, 1);
    titles.push_back(TruncateToWidth(column.title, width));
    types.push_back(TruncateToWidth(column.type, width));
  }
  PrintCells(titles, out);
  if (options_.shows_types) PrintCells(types, out);
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) *out += '+';
    // A space on either side, except after the last column.
    const size_t margin = i + 1 < columns_.size() ? 2 : 1;
    out->append(columns_[i].width + margin, '-');
  }
  *out += '\n';
}

void ResultTable::PrintRow(const std::vector<std::string>& cells, std::string* out) {
  if (expanded_) {
    expanded_->Print(cells, out);
  } else {
    PrintCells(cells, out);
  }
}

void ResultTable::PrintCells(const std::vector<std::string>& cells,
                             std::string* out) const {
  for (size_t i = 0; i < cells.size(); ++i) {
    const Column& column = columns_[i];
    *out += i == 0 ? " " : kSeparator;
    const bool is_cut = options_.width > 0 && !column.is_whole;
    const std::string cell =
        is_cut ? TruncateToWidth(cells[i], std::max<size_t>(column.width, 1)) : cells[i];
    const size_t width = DisplayWidth(cell);
    const size_t padding = column.width > width ? column.width - width : 0;
    if (column.is_number) out->append(padding, ' ');
    *out += cell;
    if (!column.is_number && i + 1 < cells.size()) out->append(padding, ' ');
  }
  *out += '\n';
}

}  // namespace carmilla
