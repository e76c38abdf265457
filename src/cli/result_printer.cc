#include "cli/result_printer.h"

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "cli/cell_text.h"
#include "cli/result_table.h"
#include "cli/row_writer.h"
#include "core/error.h"

namespace carmilla {
namespace {

constexpr size_t kFlushBytes = 64 << 10;

void AppendCsvField(std::string_view text, std::string* out) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    *out += text;
    return;
  }
  *out += '"';
  for (const char c : text) {
    if (c == '"') *out += '"';
    *out += c;
  }
  *out += '"';
}

class CsvWriter final : public RowWriter {
 public:
  explicit CsvWriter(const arrow::Schema& schema) : schema_(schema) {}

  void Begin(std::string* out) override {
    for (int i = 0; i < schema_.num_fields(); ++i) {
      if (i > 0) *out += ',';
      AppendCsvField(schema_.field(i)->name(), out);
    }
    *out += '\n';
  }

  void Add(const arrow::RecordBatch& batch, int64_t row, std::string* out) override {
    for (int i = 0; i < batch.num_columns(); ++i) {
      if (i > 0) *out += ',';
      const arrow::Array& column = *batch.column(i);
      if (IsNullCell(column, row)) continue;
      cell_.clear();
      AppendCellText(column, row, &cell_);
      AppendCsvField(cell_, out);
    }
    *out += '\n';
  }

  void End(std::string* /*out*/) override {}

 private:
  const arrow::Schema& schema_;
  std::string cell_;
};

class JsonLinesWriter final : public RowWriter {
 public:
  explicit JsonLinesWriter(const arrow::Schema& schema) {
    std::unordered_set<std::string> taken;
    for (const auto& field : schema.fields()) {
      std::string name = field->name();
      for (int i = 2; !taken.insert(name).second; ++i) {
        name = field->name() + "_" + std::to_string(i);
      }
      std::string& prefix = prefixes_.emplace_back(prefixes_.empty() ? "" : ",");
      AppendJsonString(name, &prefix);
      prefix += ':';
    }
  }

  void Begin(std::string* /*out*/) override {}

  void Add(const arrow::RecordBatch& batch, int64_t row, std::string* out) override {
    *out += '{';
    for (int i = 0; i < batch.num_columns(); ++i) {
      *out += prefixes_[static_cast<size_t>(i)];
      AppendCellJson(*batch.column(i), row, out);
    }
    *out += "}\n";
  }

  void End(std::string* /*out*/) override {}

 private:
  std::vector<std::string> prefixes_;  // `,"name":` of each column.
};

std::unique_ptr<RowWriter> MakeWriter(const QueryResult& result,
                                      const ResultPrinterOptions& options) {
  const arrow::Schema& schema = *result.schema();
  switch (options.format) {
    case ResultFormat::kCsv:
      return std::make_unique<CsvWriter>(schema);
    case ResultFormat::kJsonLines:
      return std::make_unique<JsonLinesWriter>(schema);
    case ResultFormat::kTable:
      break;
  }
  return std::make_unique<ResultTable>(schema, result.type_names(), options);
}

arrow::Status Flush(std::string* text, std::ostream& out) {
  out.write(text->data(), static_cast<std::streamsize>(text->size()));
  text->clear();
  if (out.good()) return arrow::Status::OK();
  return MakeError(ErrorKind::kIo, "printing the result: the output takes no more");
}

}  // namespace

arrow::Result<int64_t> PrintResult(QueryResult& result,
                                   const ResultPrinterOptions& options, std::ostream& out,
                                   const std::stop_token& stop) {
  const auto writer = MakeWriter(result, options);
  std::string text;
  writer->Begin(&text);
  int64_t num_rows = 0;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, result.Next(stop));
    if (batch == nullptr) break;
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      writer->Add(*batch, row, &text);
      if (text.size() >= kFlushBytes) ARROW_RETURN_NOT_OK(Flush(&text, out));
    }
    num_rows += batch->num_rows();
  }
  writer->End(&text);
  ARROW_RETURN_NOT_OK(Flush(&text, out));
  out.flush();
  ARROW_RETURN_NOT_OK(Flush(&text, out));
  return num_rows;
}

}  // namespace carmilla
