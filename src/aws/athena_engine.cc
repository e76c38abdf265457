#include "aws/athena_engine.h"

#include <utility>
#include <vector>

#include <arrow/array/builder_base.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "aws/athena_rows.h"
#include "aws/athena_type.h"
#include "core/error.h"

namespace carmilla {
namespace {

constexpr int64_t kRowsInBatch = 4096;

class AthenaResult final : public QueryResult {
 public:
  AthenaResult(AthenaExecution execution, std::vector<AthenaColumn> columns,
               std::unique_ptr<AthenaRows> rows)
      : execution_(std::move(execution)),
        columns_(std::move(columns)),
        rows_(std::move(rows)) {
    arrow::FieldVector fields;
    for (const AthenaColumn& column : columns_) {
      fields.push_back(arrow::field(column.name, ArrowTypeOfAthena(column)));
      type_names_.push_back(RenderAthenaType(column));
    }
    schema_ = arrow::schema(std::move(fields));
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  const std::vector<std::string>& type_names() const override { return type_names_; }
  std::optional<int64_t> scanned_bytes() const override {
    return execution_.scanned_bytes;
  }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next(std::stop_token stop) override {
    ARROW_ASSIGN_OR_RAISE(auto builder, arrow::RecordBatchBuilder::Make(
                                            schema_, arrow::default_memory_pool()));
    std::vector<AthenaCell> cells;
    int64_t num_rows = 0;
    while (num_rows < kRowsInBatch && !columns_.empty()) {
      ARROW_ASSIGN_OR_RAISE(const bool has_row, rows_->Next(&cells, stop));
      if (!has_row) break;
      ARROW_RETURN_NOT_OK(Append(cells, builder.get()));
      ++num_rows;
    }
    if (num_rows == 0) return nullptr;
    return builder->Flush();
  }

 private:
  arrow::Status Append(const std::vector<AthenaCell>& cells,
                       arrow::RecordBatchBuilder* builder) {
    for (size_t i = 0; i < columns_.size(); ++i) {
      arrow::ArrayBuilder* column = builder->GetField(static_cast<int>(i));
      // Rows of utilities end where nothing follows.
      if (i >= cells.size() || !cells[i].has_value()) {
        ARROW_RETURN_NOT_OK(column->AppendNull());
      } else {
        ARROW_RETURN_NOT_OK(AppendAthenaText(*cells[i], columns_[i], column));
      }
    }
    return arrow::Status::OK();
  }

  const AthenaExecution execution_;
  const std::vector<AthenaColumn> columns_;
  const std::unique_ptr<AthenaRows> rows_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::string> type_names_;
};

// The row of names of a SELECT, which other statements do not have.
bool BeginsWithNames(const AthenaPage& page) {
  if (page.rows.empty() || page.rows[0].size() != page.columns.size()) return false;
  for (size_t i = 0; i < page.columns.size(); ++i) {
    if (page.rows[0][i] != page.columns[i].name) return false;
  }
  return true;
}

}  // namespace

arrow::Result<std::unique_ptr<QueryResult>> AthenaEngine::Execute(std::string_view sql,
                                                                  std::stop_token stop) {
  ARROW_ASSIGN_OR_RAISE(AthenaExecution execution, client_->Run(sql, stop));
  // One row tells the columns, and whether their names come first.
  ARROW_ASSIGN_OR_RAISE(const AthenaPage page,
                        client_->ReadPage(execution.id, "", /*num_rows=*/1, stop));
  std::unique_ptr<AthenaRows> rows;
  if (execution.output.ends_with(".csv")) {
    ARROW_ASSIGN_OR_RAISE(auto file, open_object_(execution.output));
    rows = ReadAthenaCsv(std::move(file), page.columns.size());
  } else {
    rows = ReadAthenaPages(client_, execution.id, BeginsWithNames(page));
  }
  return std::make_unique<AthenaResult>(std::move(execution), page.columns,
                                        std::move(rows));
}

}  // namespace carmilla
