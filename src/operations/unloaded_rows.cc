#include "operations/unloaded_rows.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "aws/athena_type.h"
#include "columnar/parquet_reader.h"
#include "core/error.h"
#include "core/letter_case.h"
#include "operations/added_columns.h"

namespace carmilla {
namespace {

/// Of each column of a file that is read.
constexpr int64_t kPieceBytes = 256LL << 10;
/// Types whose parts only the files tell.
constexpr auto kNested = std::to_array<std::string_view>({"array", "map", "row"});
constexpr auto kTexts = std::to_array<std::string_view>({"char", "string", "varchar"});

bool IsNested(const AthenaColumn& column) {
  return std::ranges::find(kNested, column.type) != kNested.end();
}

/// The same names in lower case, which is how Athena knows them.
std::shared_ptr<arrow::Schema> WithLowerNames(const arrow::Schema& schema) {
  arrow::FieldVector fields = schema.fields();
  for (auto& field : fields) field = field->WithName(LowerCase(field->name()));
  return arrow::schema(std::move(fields));
}

class UnloadedRows final : public QueryResult {
 public:
  UnloadedRows(std::vector<std::string> files, AthenaEngine::OpenObject open_object)
      : files_(std::move(files)), open_object_(std::move(open_object)) {}

  arrow::Status Open(const std::vector<AthenaColumn>& columns) {
    std::shared_ptr<arrow::Schema> stored;
    if (!files_.empty()) {
      ARROW_ASSIGN_OR_RAISE(const auto file, open_object_(files_.front()));
      ARROW_ASSIGN_OR_RAISE(const auto footer,
                            ParquetReader::Open(file, files_.front(), nullptr));
      stored = WithLowerNames(*footer->schema());
    }
    arrow::FieldVector fields;
    for (const AthenaColumn& column : columns) {
      ARROW_ASSIGN_OR_RAISE(auto type, TypeOf(column, stored.get()));
      fields.push_back(arrow::field(LowerCase(column.name), std::move(type)));
      type_names_.push_back(RenderAthenaType(column));
    }
    schema_ = arrow::schema(std::move(fields));
    return arrow::Status::OK();
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  const std::vector<std::string>& type_names() const override { return type_names_; }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next(std::stop_token stop) override {
    for (;;) {
      if (reader_ == nullptr) {
        if (next_file_ == files_.size()) return nullptr;
        ARROW_RETURN_NOT_OK(OpenFile(files_[next_file_++]));
      }
      ARROW_ASSIGN_OR_RAISE(const auto rows, reader_->Next(stop));
      if (!rows) {
        reader_.reset();
        continue;
      }
      ARROW_ASSIGN_OR_RAISE(const auto ordered, rows->rows->SelectColumns(order_));
      return ordered->ReplaceSchema(schema_);
    }
  }

 private:
  static arrow::Result<std::shared_ptr<arrow::DataType>> TypeOf(
      const AthenaColumn& column, const arrow::Schema* stored) {
    if (!IsNested(column)) return TypeInLake(ArrowTypeOfAthena(column));
    const auto field =
        stored == nullptr ? nullptr : stored->GetFieldByName(LowerCase(column.name));
    if (field != nullptr) return TypeInLake(field->type());
    return MakeError(
        ErrorKind::kUnsupportedType,
        "column " + column.name +
            ": without a row, Athena does not tell the parts of its type: " + column.type,
        "make the table by the embedded engine, or cast the column");
  }

  arrow::Status OpenFile(const std::string& uri) {
    ARROW_ASSIGN_OR_RAISE(const auto file, open_object_(uri));
    ARROW_ASSIGN_OR_RAISE(const auto footer, ParquetReader::Open(file, uri, nullptr));
    const arrow::Schema& stored = *footer->schema();
    auto columns = MatchColumns(*WithLowerNames(stored), *schema_);
    if (!columns.ok()) {
      return MakeError(ErrorKind::kCorruptData,
                       "reading " + uri + ": " + columns.status().message());
    }
    order_ = columns->order;
    arrow::FieldVector fields = columns->read->fields();
    for (int i = 0; i < stored.num_fields(); ++i) {
      auto& field = fields[static_cast<size_t>(i)];
      field = field->WithName(stored.field(i)->name());
    }
    ARROW_ASSIGN_OR_RAISE(reader_,
                          ParquetReader::Open(file, uri, arrow::schema(std::move(fields)),
                                              {.piece_bytes = kPieceBytes}));
    return arrow::Status::OK();
  }

  const std::vector<std::string> files_;
  const AthenaEngine::OpenObject open_object_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::string> type_names_;
  size_t next_file_ = 0;
  std::unique_ptr<ParquetReader> reader_;  ///< Of the file before `next_file_`.
  std::vector<int> order_;
};

}  // namespace

arrow::Status CheckUnloadable(const std::vector<AthenaColumn>& columns) {
  for (const AthenaColumn& column : columns) {
    // Everything that is shown as text has Arrow's type of texts.
    const bool is_text = ArrowTypeOfAthena(column)->id() == arrow::Type::STRING;
    if (!is_text || IsNested(column) ||
        std::ranges::find(kTexts, column.type) != kTexts.end()) {
      continue;
    }
    return MakeError(ErrorKind::kUnsupportedType,
                     "column " + column.name +
                         ": Athena writes no files with values of type " + column.type,
                     "cast it: CAST(" + column.name + " AS TIMESTAMP) or VARCHAR");
  }
  return arrow::Status::OK();
}

arrow::Result<std::unique_ptr<QueryResult>> OpenUnloadedRows(
    const std::vector<AthenaColumn>& columns, std::vector<std::string> files,
    AthenaEngine::OpenObject open_object) {
  auto rows = std::make_unique<UnloadedRows>(std::move(files), std::move(open_object));
  ARROW_RETURN_NOT_OK(rows->Open(columns));
  return rows;
}

}  // namespace carmilla
