#include "columnar/file_proof.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/buffer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/size_statistics.h>

#include "columnar/parquet_error.h"
#include "columnar/parquet_layout.h"
#include "columnar/parquet_reader.h"
#include "columnar/stored_texts.h"
#include "columnar/stored_type.h"
#include "columnar/value_hash.h"
#include "core/crc32c.h"
#include "core/error.h"
#include "stream/batch_size.h"

namespace carmilla {
namespace {

using StoredFile = std::shared_ptr<arrow::io::RandomAccessFile>;

constexpr int64_t kReadBytes = 1 << 20;
constexpr int64_t kSmallBatchBytes = 768 << 10;
constexpr int64_t kLargeBatchBytes = 2 << 20;

std::string Proving(std::string_view name) { return "proving " + std::string(name); }

arrow::Status Differs(const std::string& what) {
  return MakeError(
      ErrorKind::kCorruptData, what,
      "the stored file is not what was written; publish the table again by a full run");
}

arrow::Status DiffersInNumber(const std::string& what, int64_t expected, int64_t stored) {
  return Differs(what + " differ: expected " + std::to_string(expected) + ", stored " +
                 std::to_string(stored));
}

arrow::Status ProveBytes(arrow::io::RandomAccessFile& file, const DataFile& expected,
                         const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(const int64_t size, file.GetSize());
  if (size != expected.bytes) {
    return DiffersInNumber("bytes", expected.bytes, size);
  }
  uint32_t crc32c = 0;
  for (int64_t position = 0; position < size;) {
    if (stop.stop_requested()) {
      return MakeError(ErrorKind::kInterrupted, "interrupted");
    }
    ARROW_ASSIGN_OR_RAISE(const auto buffer, file.ReadAt(position, kReadBytes));
    if (buffer->size() == 0) return DiffersInNumber("bytes", size, position);
    crc32c = ExtendCrc32c(crc32c, buffer->data(), static_cast<size_t>(buffer->size()));
    position += buffer->size();
  }
  if (crc32c != expected.crc32c) return Differs("the checksums differ");
  return arrow::Status::OK();
}

/// Compares what readers go by. The converted types of old Parquet versions follow from
/// the logical ones, and not always in the same way.
bool IsSameColumn(const parquet::schema::Node& left, const parquet::schema::Node& right) {
  if (left.name() != right.name() || left.repetition() != right.repetition() ||
      left.is_group() != right.is_group() ||
      !left.logical_type()->Equals(*right.logical_type())) {
    return false;
  }
  if (left.is_primitive()) {
    const auto& left_leaf = static_cast<const parquet::schema::PrimitiveNode&>(left);
    const auto& right_leaf = static_cast<const parquet::schema::PrimitiveNode&>(right);
    return left_leaf.physical_type() == right_leaf.physical_type() &&
           (left_leaf.physical_type() != parquet::Type::FIXED_LEN_BYTE_ARRAY ||
            left_leaf.type_length() == right_leaf.type_length());
  }
  const auto& left_group = static_cast<const parquet::schema::GroupNode&>(left);
  const auto& right_group = static_cast<const parquet::schema::GroupNode&>(right);
  if (left_group.field_count() != right_group.field_count()) return false;
  for (int i = 0; i < left_group.field_count(); ++i) {
    if (!IsSameColumn(*left_group.field(i), *right_group.field(i))) return false;
  }
  return true;
}

arrow::Status ProveSchema(const parquet::FileMetaData& footer,
                          const arrow::Schema& schema) {
  ARROW_ASSIGN_OR_RAISE(const auto expected, ToParquetSchema(*StoredSchema(schema)));
  const parquet::schema::GroupNode& columns = *expected->group_node();
  const parquet::schema::GroupNode& stored = *footer.schema()->group_node();
  if (columns.field_count() != stored.field_count()) {
    return DiffersInNumber("columns", columns.field_count(), stored.field_count());
  }
  for (int i = 0; i < columns.field_count(); ++i) {
    if (IsSameColumn(*columns.field(i), *stored.field(i))) continue;
    return Differs("name or type of a column differs: expected " +
                   columns.field(i)->name() + ", stored " + stored.field(i)->name());
  }
  return arrow::Status::OK();
}

/// Returns for each column how many of its values the footer counts as NULL, or nothing
/// where it does not say. At definition level 0 stands a NULL of the whole column, never
/// one inside of it.
std::vector<std::optional<int64_t>> NullCounts(const parquet::FileMetaData& footer,
                                               size_t num_columns) {
  std::vector<std::optional<int64_t>> nulls(num_columns, 0);
  for (int group = 0; group < footer.num_row_groups(); ++group) {
    const auto row_group = footer.RowGroup(group);
    int previous_root = -1;
    for (int leaf = 0; leaf < footer.schema()->num_columns(); ++leaf) {
      const int root = ColumnOf(*footer.schema(), leaf);
      if (root == previous_root) continue;
      previous_root = root;
      auto& sum = nulls.at(static_cast<size_t>(root));
      const auto sizes = row_group->ColumnChunk(leaf)->size_statistics();
      if (sizes == nullptr || sizes->definition_level_histogram.empty()) {
        sum.reset();
      } else if (sum.has_value()) {
        *sum += sizes->definition_level_histogram[0];
      }
    }
  }
  return nulls;
}

arrow::Status ProveNullCount(const std::string& column, int64_t expected,
                             std::optional<int64_t> stored) {
  if (!stored.has_value()) {
    return Differs("the footer does not count the NULL values of column " + column);
  }
  if (*stored == expected) return arrow::Status::OK();
  return DiffersInNumber("NULL values of column " + column, expected, *stored);
}

arrow::Status ProveFooter(const StoredFile& file, const DataFile& expected,
                          const arrow::Schema& schema) {
  const auto reader = parquet::ParquetFileReader::Open(file);
  const parquet::FileMetaData& footer = *reader->metadata();
  ARROW_RETURN_NOT_OK(ProveSchema(footer, schema));
  if (footer.num_rows() != expected.rows) {
    return DiffersInNumber("rows", expected.rows, footer.num_rows());
  }
  const auto nulls = NullCounts(footer, expected.columns.size());
  for (size_t i = 0; i < nulls.size(); ++i) {
    ARROW_RETURN_NOT_OK(ProveNullCount(schema.field(static_cast<int>(i))->name(),
                                       expected.columns[i].nulls, nulls[i]));
  }
  return arrow::Status::OK();
}

/// Hashes the texts that stand in their pages; the other columns are told.
arrow::Status HashTexts(const StoredFile& file, const std::stop_token& stop,
                        std::span<ColumnProof> proofs, std::vector<int>* others) {
  const auto reader = parquet::ParquetFileReader::Open(file);
  const parquet::FileMetaData& footer = *reader->metadata();
  for (int leaf = 0; leaf < footer.num_columns(); ++leaf) {
    const int column = ColumnOf(*footer.schema(), leaf);
    if (IsOfPlainTexts(footer, leaf)) {
      ARROW_RETURN_NOT_OK(
          AddStoredTexts(*reader, leaf, stop, &proofs[static_cast<size_t>(column)]));
    } else if (others->empty() || others->back() != column) {
      others->push_back(column);
    }
  }
  return arrow::Status::OK();
}

arrow::Status HashArrays(const StoredFile& file, std::string_view name,
                         const arrow::Schema& schema, const std::vector<int>& columns,
                         const std::stop_token& stop, std::span<ColumnProof> proofs) {
  const int64_t batch_bytes =
      BatchBytesOf(schema.num_fields(), kSmallBatchBytes, kLargeBatchBytes);
  ARROW_ASSIGN_OR_RAISE(
      const auto reader,
      ParquetReader::Open(
          file, std::string(name), StoredSchema(schema),
          {.batch_bytes = batch_bytes, .keep_dictionaries = true, .columns = columns}));
  std::vector<ColumnProof> sums(columns.size());
  for (int64_t ordinal = 0;;) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, reader->Next(stop));
    if (!batch.has_value()) break;
    ARROW_RETURN_NOT_OK(AddToProofs(batch->rows->columns(), ordinal, sums));
    ordinal += batch->rows->num_rows();
  }
  for (size_t i = 0; i < sums.size(); ++i) {
    proofs[static_cast<size_t>(columns[i])] = sums[i];
  }
  return arrow::Status::OK();
}

arrow::Result<std::vector<ColumnProof>> HashStored(const StoredFile& file,
                                                   std::string_view name,
                                                   const arrow::Schema& schema,
                                                   const std::stop_token& stop) {
  std::vector<ColumnProof> proofs(static_cast<size_t>(schema.num_fields()));
  std::vector<int> others;
  ARROW_RETURN_NOT_OK(GuardParquet(ErrorKind::kCorruptData, Proving(name), [&] {
    return HashTexts(file, stop, proofs, &others);
  }));
  if (others.empty()) return proofs;
  ARROW_RETURN_NOT_OK(HashArrays(file, name, schema, others, stop, proofs));
  return proofs;
}

}  // namespace

arrow::Status ProveStructure(StoredFile file, std::string_view name,
                             const DataFile& expected, const arrow::Schema& schema,
                             const std::stop_token& stop) {
  if (expected.columns.size() != static_cast<size_t>(schema.num_fields())) {
    return MakeError(
        ErrorKind::kCorruptData,
        Proving(name) + ": its proof is not of as many columns as its schema");
  }
  return GuardParquet(ErrorKind::kCorruptData, Proving(name), [&] {
    ARROW_RETURN_NOT_OK(ProveBytes(*file, expected, stop));
    return ProveFooter(file, expected, schema);
  });
}

arrow::Status ProveValues(StoredFile file, std::string_view name,
                          const DataFile& expected, const arrow::Schema& schema,
                          const std::stop_token& stop) {
  ARROW_RETURN_NOT_OK(ProveStructure(file, name, expected, schema, stop));
  ARROW_ASSIGN_OR_RAISE(const auto stored, HashStored(file, name, schema, stop));
  for (size_t i = 0; i < stored.size(); ++i) {
    if (stored[i] == expected.columns[i]) continue;
    const std::string& column = schema.field(static_cast<int>(i))->name();
    return WithContext(Differs("values differ in column " + column), Proving(name));
  }
  return arrow::Status::OK();
}

}  // namespace carmilla
