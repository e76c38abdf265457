#include "engine/lake_rows.h"

#include <algorithm>
#include <utility>

#include <arrow/array/util.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include "columnar/parquet_reader.h"
#include "columnar/stored_type.h"
#include "columnar/value_hash.h"
#include "core/error.h"
#include "core/suggest.h"
#include "engine/athena_names.h"
#include "engine/member_fit.h"
#include "engine/partition_split.h"
#include "types/arrow_type_text.h"

namespace carmilla {
namespace {

std::string Reading(const std::string& table) {
  return "reading table " + table + " of the lake";
}

/// Where a column of the read comes from.
struct LakeColumn {
  int stored = -1;        ///< Index in the files; -1: the value of the partition.
  std::string partition;  ///< The name of that.
  std::shared_ptr<arrow::DataType> type;  ///< Of the member.
};

std::string PartitionValueOf(const DataFile& file, const std::string& partition) {
  for (const auto& [name, value] : file.partition) {
    if (name == partition) return value;
  }
  return kNullPartition;
}

/// Finds the columns of a read in a version of a table.
class ColumnFinder {
 public:
  ColumnFinder(const Manifest& manifest, const arrow::Schema& stored)
      : manifest_(manifest), stored_(stored) {}

  arrow::Result<std::vector<LakeColumn>> Find(const TaskRead& read) const {
    std::vector<LakeColumn> columns;
    std::vector<std::string> problems;
    for (const TaskColumn& wanted : read.columns) {
      LakeColumn column;
      ARROW_ASSIGN_OR_RAISE(column.type, ParseArrowType(wanted.arrow_type));
      problems.push_back(Find(wanted, &column));
      columns.push_back(std::move(column));
    }
    ARROW_RETURN_NOT_OK(
        RefuseMisfits(Reading(read.table), "the lake has", problems,
                      "correct the members, or write the table again with such columns"));
    return columns;
  }

 private:
  /// "" or what hinders.
  std::string Find(const TaskColumn& wanted, LakeColumn* column) const {
    for (const std::string& name : {wanted.name, AthenaColumnName(wanted.name)}) {
      if (std::ranges::find(manifest_.partition_columns, name) !=
          manifest_.partition_columns.end()) {
        column->partition = name;
        return PartitionProblem(wanted, *column);
      }
      column->stored = stored_.GetFieldIndex(name);
      if (column->stored >= 0) return StoredProblem(wanted, *column);
    }
    std::vector<std::string> names = stored_.field_names();
    names.insert(names.end(), manifest_.partition_columns.begin(),
                 manifest_.partition_columns.end());
    const std::string nearest = DidYouMean(wanted.name, names);
    return "there is no column " + wanted.name +
           (nearest.empty() ? "" : " (" + nearest + ")");
  }

  static std::string Different(const TaskColumn& wanted, const std::string& type) {
    return Misfit(wanted.name, type, wanted.arrow_type);
  }

  static std::string WithoutRoom(const TaskColumn& wanted) {
    return wanted.name + " holds NULL, for which its member has no room";
  }

  std::string StoredProblem(const TaskColumn& wanted, const LakeColumn& column) const {
    const arrow::DataType& stored = *stored_.field(column.stored)->type();
    if (!HasRoomFor(*column.type, stored)) {
      return Different(wanted, ArrowTypeText(stored));
    }
    const auto has_nulls = [&](const DataFile& file) {
      return file.columns[static_cast<size_t>(column.stored)].nulls > 0;
    };
    return !wanted.is_nullable && std::ranges::any_of(manifest_.files, has_nulls)
               ? WithoutRoom(wanted)
               : "";
  }

  std::string PartitionProblem(const TaskColumn& wanted, const LakeColumn& column) const {
    if (column.type->id() != arrow::Type::STRING &&
        column.type->id() != arrow::Type::DATE32) {
      return Different(wanted, "the text or date of a partition");
    }
    for (const DataFile& file : manifest_.files) {
      const std::string value = PartitionValueOf(file, column.partition);
      if (value == kNullPartition) {
        if (!wanted.is_nullable) return WithoutRoom(wanted);
      } else if (!arrow::Scalar::Parse(column.type, value).ok()) {
        return wanted.name + " has values that are no dates";
      }
    }
    return "";
  }

  const Manifest& manifest_;
  const arrow::Schema& stored_;
};

class LakeRows final : public BatchSource {
 public:
  LakeRows(Lake lake, Manifest manifest, std::shared_ptr<arrow::Schema> stored,
           std::vector<LakeColumn> columns, const TaskRead& read)
      : lake_(std::move(lake)),
        manifest_(std::move(manifest)),
        stored_(std::move(stored)),
        columns_(std::move(columns)),
        rows_left_(read.limit) {
    arrow::FieldVector fields;
    for (size_t i = 0; i < columns_.size(); ++i) {
      fields.push_back(arrow::field(read.columns[i].name, columns_[i].type));
      if (columns_[i].stored >= 0) read_.push_back(columns_[i].stored);
    }
    schema_ = arrow::schema(std::move(fields));
    // Rows are counted by the values of a column.
    if (read_.empty()) read_.push_back(0);
    std::ranges::sort(read_);
    read_.erase(std::ranges::unique(read_).begin(), read_.end());
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }

  arrow::Result<std::optional<SourceBatch>> Next(std::stop_token stop) override {
    while (rows_left_ != 0) {
      if (reader_ == nullptr) {
        if (next_file_ == manifest_.files.size()) break;
        ARROW_RETURN_NOT_OK(OpenFile(manifest_.files[next_file_]));
      }
      ARROW_ASSIGN_OR_RAISE(auto batch, reader_->Next(stop));
      if (batch.has_value()) return Take(*batch->rows);
      ARROW_RETURN_NOT_OK(CheckProofs(manifest_.files[next_file_++]));
      reader_.reset();
    }
    return std::nullopt;
  }

 private:
  static arrow::Status Differs(const std::string& key, const std::string& problem) {
    return MakeError(ErrorKind::kCorruptData, "reading " + key + ": " + problem,
                     "`carmilla verify` tells what else; restore the file from a backup, "
                     "or write the table again");
  }

  std::string KeyOf(const DataFile& file) const {
    return Lake::KeyOf(manifest_.table, file.key);
  }

  arrow::Status OpenFile(const DataFile& file) {
    const std::string key = KeyOf(file);
    auto opened = lake_.store().OpenRead(key);
    if (!opened.ok() && KindOf(opened.status()) == ErrorKind::kNotFound) {
      return Differs(key, "the file is missing");
    }
    ARROW_RETURN_NOT_OK(opened.status());
    ARROW_ASSIGN_OR_RAISE(const int64_t bytes, (*opened)->GetSize());
    if (bytes != file.bytes) return Differs(key, "it is not as long as it was written");
    ARROW_ASSIGN_OR_RAISE(reader_,
                          ParquetReader::Open(*opened, key, stored_, {.columns = read_}));
    if (reader_->rows() != file.rows) return Differs(key, "it has other rows");
    proofs_.assign(read_.size(), {});
    file_rows_ = 0;
    return arrow::Status::OK();
  }

  arrow::Status CheckProofs(const DataFile& file) const {
    for (size_t i = 0; i < read_.size(); ++i) {
      const auto column = static_cast<size_t>(read_[i]);
      if (file_rows_ == file.rows && proofs_[i] == file.columns[column]) continue;
      return Differs(KeyOf(file), "the values of a column are not what was written: " +
                                      manifest_.columns[column].name);
    }
    return arrow::Status::OK();
  }

  arrow::Result<std::optional<SourceBatch>> Take(const arrow::RecordBatch& rows) {
    ARROW_RETURN_NOT_OK(AddToProofs(rows.columns(), file_rows_, proofs_));
    file_rows_ += rows.num_rows();
    arrow::ArrayVector arrays;
    for (const LakeColumn& column : columns_) {
      ARROW_ASSIGN_OR_RAISE(auto array, ArrayOf(column, rows));
      arrays.push_back(std::move(array));
    }
    auto batch = arrow::RecordBatch::Make(schema_, rows.num_rows(), std::move(arrays));
    if (rows_left_ >= 0) {
      batch = batch->Slice(0, rows_left_);
      rows_left_ -= batch->num_rows();
    }
    return SourceBatch{.rows = std::move(batch), .range = 0};
  }

  arrow::Result<std::shared_ptr<arrow::Array>> ArrayOf(
      const LakeColumn& column, const arrow::RecordBatch& rows) const {
    if (column.stored >= 0) {
      const auto place = std::ranges::lower_bound(read_, column.stored) - read_.begin();
      return Widen(rows.column(static_cast<int>(place)), column.type);
    }
    const std::string value =
        PartitionValueOf(manifest_.files[next_file_], column.partition);
    if (value == kNullPartition)
      return arrow::MakeArrayOfNull(column.type, rows.num_rows());
    ARROW_ASSIGN_OR_RAISE(const auto scalar, arrow::Scalar::Parse(column.type, value));
    return arrow::MakeArrayFromScalar(*scalar, rows.num_rows());
  }

  const Lake lake_;
  const Manifest manifest_;
  const std::shared_ptr<arrow::Schema> stored_;
  const std::vector<LakeColumn> columns_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<int> read_;  ///< Columns of the files, ascending.
  int64_t rows_left_;      ///< -1: all.
  size_t next_file_ = 0;   ///< Or the one that is being read.
  std::unique_ptr<ParquetReader> reader_;
  std::vector<ColumnProof> proofs_;  ///< Of `read_`, of what was read of the file.
  int64_t file_rows_ = 0;
};

arrow::Status NoSuchTable(const Lake& lake, const std::string& table) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> tables, lake.ListTables());
  return MakeError(ErrorKind::kUnknownRelation,
                   Reading(table) + ": there is no such table",
                   DidYouMean(table, tables));
}

}  // namespace

arrow::Result<LakeTableRows> OpenLakeRows(const Lake& lake, const TaskRead& read) {
  if (!Lake::CheckTableName(read.table).ok()) return NoSuchTable(lake, read.table);
  ARROW_ASSIGN_OR_RAISE(auto current, lake.ReadCurrent(read.table));
  if (!current.has_value()) return NoSuchTable(lake, read.table);
  ARROW_ASSIGN_OR_RAISE(const auto schema, SchemaOf(current->manifest));
  auto stored = StoredSchema(*schema);
  ARROW_ASSIGN_OR_RAISE(auto columns,
                        ColumnFinder(current->manifest, *stored).Find(read));
  std::string run_id = current->manifest.run_id;
  return LakeTableRows{
      .rows = std::make_unique<LakeRows>(lake, std::move(current->manifest),
                                         std::move(stored), std::move(columns), read),
      .run_id = std::move(run_id)};
}

}  // namespace carmilla
