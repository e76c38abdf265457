#include "columnar/parquet_layout.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <arrow/type.h>
#include <arrow/util/compression.h>
#include <parquet/arrow/schema.h>

#include "columnar/zstd_compressor.h"
#include "core/version.h"

namespace carmilla {
namespace {

/// Beyond this many distinct values, hashing them costs more than the dictionary saves.
constexpr double kLargestDictionary = 20000;
/// The same for a share of the rows.
constexpr double kLargestDistinctShare = 0.01;
/// From here on the stored order counts as the order of the values.
constexpr double kSequential = 0.9;

constexpr int64_t kSmallestPageBytes = 8 << 10;
constexpr int64_t kLargestPageBytes = 1 << 20;
/// What a dictionary takes beside its values: mostly its hash table.
constexpr int64_t kDictionaryBytes = 32 << 10;
/// What an open column should be able to hold.
constexpr int64_t kColumnBytes = 24 << 10;
constexpr int64_t kMostIndexedColumns = 256;

/// How one leaf column is stored.
struct LeafLayout {
  bool has_dictionary = false;
  bool has_bounds = true;  ///< Smallest and largest value of each page and row group.
};

bool IsText(const parquet::ColumnDescriptor& leaf) {
  return leaf.physical_type() == parquet::Type::BYTE_ARRAY;
}

/// Whether a dictionary pays by what the catalog knows; nothing if it knows nothing.
std::optional<bool> IsWorthDictionary(const ColumnHint& hint) {
  if (hint.distinct_values == 0) return std::nullopt;
  if (hint.distinct_values > 0) return hint.distinct_values < kLargestDictionary;
  return hint.distinct_values > -kLargestDistinctShare;
}

/// Without knowledge a dictionary is tried: the writer gives it up when it has grown to
/// its limit or nearly all of the first values differ, which costs little. Documents and
/// fractions rarely repeat; booleans have none.
bool IsWorthTrying(const parquet::ColumnDescriptor& leaf, const ColumnHint& hint) {
  return !hint.is_json && leaf.physical_type() != parquet::Type::DOUBLE &&
         leaf.physical_type() != parquet::Type::FLOAT &&
         leaf.physical_type() != parquet::Type::BOOLEAN;
}

LeafLayout ChooseLeaf(const parquet::ColumnDescriptor& leaf, const ColumnHint& hint) {
  LeafLayout layout;
  layout.has_dictionary = IsWorthDictionary(hint).value_or(IsWorthTrying(leaf, hint));
  // Comparing texts is dear, and the bounds of values without order exclude no row group.
  layout.has_bounds =
      !hint.is_masked && (!IsText(leaf) || std::abs(hint.correlation) >= kSequential);
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

void ApplyLeaf(const LeafLayout& layout, const std::string& path,
               parquet::WriterProperties::Builder* properties) {
  if (!layout.has_dictionary) properties->disable_dictionary(path);
  if (!layout.has_bounds) properties->disable_statistics(path);
}

/// What is known of the values of a leaf column. What the catalog knows of an array or a
/// composite says nothing of what is inside.
ColumnHint HintOf(const parquet::SchemaDescriptor& columns, int leaf,
                  const std::vector<ColumnHint>& hints) {
  const auto root = static_cast<size_t>(ColumnOf(columns, leaf));
  const bool is_known =
      columns.GetColumnRoot(leaf)->is_primitive() && root < hints.size();
  return is_known ? hints[root] : ColumnHint{};
}

/// Takes dictionaries away until `most` are left: first where nothing is known, then from
/// the last columns on.
void LimitDictionaries(int64_t most, const std::vector<bool>& is_known,
                       std::vector<LeafLayout>* leaves) {
  int64_t surplus = -most;
  for (const LeafLayout& leaf : *leaves) surplus += leaf.has_dictionary ? 1 : 0;
  for (const bool may_be_known : {false, true}) {
    for (size_t i = leaves->size(); i-- > 0 && surplus > 0;) {
      LeafLayout& leaf = (*leaves)[i];
      if (!leaf.has_dictionary || (is_known[i] && !may_be_known)) continue;
      leaf.has_dictionary = false;
      --surplus;
    }
  }
}

}  // namespace

arrow::Result<std::shared_ptr<parquet::SchemaDescriptor>> ToParquetSchema(
    const arrow::Schema& stored_schema) {
  const auto properties =
      parquet::WriterProperties::Builder().enable_store_decimal_as_integer()->build();
  std::shared_ptr<parquet::SchemaDescriptor> columns;
  ARROW_RETURN_NOT_OK(
      parquet::arrow::ToParquetSchema(&stored_schema, *properties, &columns));
  return columns;
}

int ColumnOf(const parquet::SchemaDescriptor& columns, int leaf) {
  return columns.group_node()->FieldIndex(*columns.GetColumnRoot(leaf));
}

MemoryShares ShareMemory(int num_columns, int64_t row_group_bytes) {
  const int64_t columns = std::max(num_columns, 1);
  MemoryShares shares;
  // Each open column keeps about three pages (values, the page, its compressed form).
  shares.page_bytes =
      std::clamp(row_group_bytes / 8 / columns, kSmallestPageBytes, kLargestPageBytes);
  shares.dictionaries = row_group_bytes / 4 / kDictionaryBytes;
  shares.slice_bytes = std::max(row_group_bytes / 16, columns * kSmallestPageBytes / 2);
  // An open column costs some KiB before it holds a value: row groups of next to nothing
  // would be mostly footer.
  shares.row_group_bytes =
      std::clamp(columns * kColumnBytes, row_group_bytes, 2 * row_group_bytes);
  shares.has_page_index = columns <= kMostIndexedColumns;
  return shares;
}

std::shared_ptr<parquet::WriterProperties> ChooseLayout(
    const parquet::SchemaDescriptor& columns, const ParquetWriterOptions& options,
    arrow::MemoryPool* pool) {
  const MemoryShares shares = ShareMemory(columns.num_columns(), options.row_group_bytes);
  parquet::WriterProperties::Builder properties;
  properties.memory_pool(pool)
      ->created_by(CreatedBy())
      ->enable_store_decimal_as_integer()
      ->compression(CodecOf(options.compression))
      ->data_pagesize(shares.page_bytes)
      ->dictionary_pagesize_limit(shares.page_bytes)
      // A page is looked at for its size once per so many values.
      ->write_batch_size(std::clamp<int64_t>(shares.page_bytes / 64, 256, 4096));
  if (options.compression == Compression::kZstd) {
    properties.compression_level(ZstdCompressor::kLevel);
  }
  if (!shares.has_page_index) properties.disable_write_page_index();

  std::vector<LeafLayout> leaves;
  std::vector<bool> is_known;
  for (int i = 0; i < columns.num_columns(); ++i) {
    const ColumnHint hint = HintOf(columns, i, options.hints);
    leaves.push_back(ChooseLeaf(*columns.Column(i), hint));
    is_known.push_back(IsWorthDictionary(hint).has_value());
  }
  LimitDictionaries(shares.dictionaries, is_known, &leaves);
  for (int i = 0; i < columns.num_columns(); ++i) {
    ApplyLeaf(leaves[static_cast<size_t>(i)], columns.Column(i)->path()->ToDotString(),
              &properties);
  }
  return properties.build();
}

}  // namespace carmilla
