#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/result_printer.h"
#include "cli/row_writer.h"

namespace carmilla {

/// The text table. Holds the first rows back until it knows how wide columns are, then
/// streams.
class ResultTable final : public RowWriter {
 public:
  ResultTable(const arrow::Schema& schema, const ResultPrinterOptions& options);

  void Begin(std::string* out) override;
  void Add(const arrow::RecordBatch& batch, int64_t row, std::string* out) override;
  void End(std::string* out) override;

 private:
  struct Column {
    std::string title;
    bool is_number = false;
    size_t width = 0;  ///< Of the title and the cells held back, then of the column.
  };

  void ChooseWidths();
  void PrintHeldBack(std::string* out);
  void PrintRow(const std::vector<std::string>& cells, std::string* out) const;

  ResultPrinterOptions options_;
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> held_back_;
  size_t held_back_bytes_ = 0;
  bool is_streaming_ = false;
};

}  // namespace carmilla
