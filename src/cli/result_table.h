#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/expanded_rows.h"
#include "cli/result_printer.h"
#include "cli/row_writer.h"

namespace carmilla {

/// The text table. Holds the first rows back until it knows how wide columns are, then
/// streams.
class ResultTable final : public RowWriter {
 public:
  /// `type_names` as those of QueryResult.
  ResultTable(const arrow::Schema& schema, const std::vector<std::string>& type_names,
              const ResultPrinterOptions& options);

  void Begin(std::string* out) override;
  void Add(const arrow::RecordBatch& batch, int64_t row, std::string* out) override;
  void End(std::string* out) override;

 private:
  struct Column {
    std::string title;
    std::string type;  ///< "" unless types are shown.
    bool is_number = false;
    bool is_whole = false;  ///< A part of the value would mislead: it is never cut.
    size_t width = 0;       ///< Of the title and the cells held back, then of the column.
  };

  /// False if no choice of widths makes the table fit.
  bool ChooseWidths();
  void PrintHead(std::string* out) const;
  void PrintHeldBack(std::string* out);
  void PrintRow(const std::vector<std::string>& cells, std::string* out);
  void PrintCells(const std::vector<std::string>& cells, std::string* out) const;

  ResultPrinterOptions options_;
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> held_back_;
  size_t held_back_bytes_ = 0;
  bool is_streaming_ = false;
  std::optional<ExpandedRows> expanded_;  ///< In place of the table.
};

}  // namespace carmilla
