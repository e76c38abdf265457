#include "columnar/parquet_layout.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <arrow/type.h>
#include <arrow/util/compression.h>
#include <parquet/arrow/schema.h>

#include "core/version.h"

namespace carmilla {
namespace {

constexpr int64_t kKibibyte = 1 << 10;

/// Beyond this many distinct values, hashing them costs more than the dictionary saves.
constexpr double kLargestDictionary = 20000;
/// The same for a share of the rows.
constexpr double kLargestDistinctShare = 0.01;
/// From here on the stored order counts as the order of the values.
constexpr double kSequential = 0.9;

constexpr int kZstdLevel = 1;
constexpr int kZstdLevelForJson = 3;

/// How one leaf column is stored.
struct LeafLayout {
  bool has_dictionary = false;
  bool is_delta = false;
  bool has_minimum_and_maximum = true;
  bool is_json = false;
};

bool IsInteger(const parquet::ColumnDescriptor& leaf) {
  return leaf.physical_type() == parquet::Type::INT32 ||
         leaf.physical_type() == parquet::Type::INT64;
}

bool IsText(const parquet::ColumnDescriptor& leaf) {
  return leaf.physical_type() == parquet::Type::BYTE_ARRAY;
}

bool HasDictionary(const parquet::ColumnDescriptor& leaf, const ColumnHint& hint) {
  if (hint.is_json) return false;
  if (hint.distinct_values > 0) return hint.distinct_values < kLargestDictionary;
  if (hint.distinct_values < 0) return hint.distinct_values > -kLargestDistinctShare;
  // Nothing is known: the writer gives a dictionary up when it has grown to its limit,
  // which costs little; fractions rarely repeat.
  return leaf.physical_type() != parquet::Type::DOUBLE &&
         leaf.physical_type() != parquet::Type::FLOAT;
}

LeafLayout ChooseLeaf(const parquet::ColumnDescriptor& leaf, const ColumnHint& hint) {
  LeafLayout layout;
  const bool is_sequential = std::abs(hint.correlation) >= kSequential;
  layout.has_dictionary = HasDictionary(leaf, hint);
  layout.is_delta = !layout.has_dictionary && is_sequential && IsInteger(leaf);
  // Comparing long texts is dear, and the bounds of values without order exclude no row
  // group.
  layout.has_minimum_and_maximum =
      !IsText(leaf) || layout.has_dictionary || is_sequential;
  layout.is_json = hint.is_json;
  return layout;
}

parquet::Compression::type CodecOf(Compression compression) {
  switch (compression) {
    case Compression::kZstd:
      return parquet::Compression::ZSTD;
    case Compression::kGzip:
      return parquet::Compression::GZIP;
    case Compression::kSnappy:
      return parquet::Compression::SNAPPY;
    case Compression::kNone:
      break;
  }
  return parquet::Compression::UNCOMPRESSED;
}

/// Readers parse it as "application version number"; where they cannot, they distrust the
/// bounds of text columns.
std::string CreatedBy() {
  std::string created_by = "carmilla version ";
  created_by += kVersion;
  return created_by;
}

void ApplyLeaf(const LeafLayout& layout, const std::string& path, Compression compression,
               parquet::WriterProperties::Builder* properties) {
  if (!layout.has_dictionary) properties->disable_dictionary(path);
  if (layout.is_delta) {
    properties->encoding(path, parquet::Encoding::DELTA_BINARY_PACKED);
  }
  if (!layout.has_minimum_and_maximum) properties->disable_statistics(path);
  if (compression == Compression::kZstd) {
    properties->compression_level(path, layout.is_json ? kZstdLevelForJson : kZstdLevel);
  }
}

}  // namespace

std::shared_ptr<arrow::Schema> StoredSchema(const arrow::Schema& schema) {
  arrow::FieldVector fields;
  for (const auto& field : schema.fields()) {
    fields.push_back(arrow::field(field->name(), field->type(), /*nullable=*/true));
  }
  return arrow::schema(std::move(fields));
}

arrow::Result<std::shared_ptr<parquet::SchemaDescriptor>> ToParquetSchema(
    const arrow::Schema& stored_schema) {
  const auto properties =
      parquet::WriterProperties::Builder().enable_store_decimal_as_integer()->build();
  std::shared_ptr<parquet::SchemaDescriptor> columns;
  ARROW_RETURN_NOT_OK(
      parquet::arrow::ToParquetSchema(&stored_schema, *properties, &columns));
  return columns;
}

std::shared_ptr<parquet::WriterProperties> ChooseLayout(
    const parquet::SchemaDescriptor& columns, const ParquetWriterOptions& options,
    arrow::MemoryPool* pool) {
  // Each open column keeps about three pages: values, the page, its compressed form.
  // Together they may take a share of the row group only, however many columns there are.
  const int64_t share = options.row_group_bytes / 8 / std::max(columns.num_columns(), 1);
  const int64_t page_bytes = std::clamp(share, 8 * kKibibyte, 1024 * kKibibyte);

  parquet::WriterProperties::Builder properties;
  properties.memory_pool(pool)
      ->created_by(CreatedBy())
      ->enable_store_decimal_as_integer()
      ->compression(CodecOf(options.compression))
      ->data_pagesize(page_bytes)
      ->dictionary_pagesize_limit(page_bytes)
      ->write_batch_size(std::clamp<int64_t>(page_bytes / 64, 256, 4096));
  for (int i = 0; i < columns.num_columns(); ++i) {
    const parquet::ColumnDescriptor& leaf = *columns.Column(i);
    const int root = columns.group_node()->FieldIndex(*columns.GetColumnRoot(i));
    // What the catalog knows of an array says nothing of its elements.
    const bool is_known = leaf.max_repetition_level() == 0 &&
                          static_cast<size_t>(root) < options.hints.size();
    const ColumnHint hint =
        is_known ? options.hints[static_cast<size_t>(root)] : ColumnHint{};
    ApplyLeaf(ChooseLeaf(leaf, hint), leaf.path()->ToDotString(), options.compression,
              &properties);
  }
  return properties.build();
}

}  // namespace carmilla
