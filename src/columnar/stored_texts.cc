#include "columnar/stored_texts.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <parquet/column_reader.h>
#include <parquet/exception.h>

#include "columnar/value_hash.h"
#include "core/error.h"

namespace carmilla {
namespace {

constexpr int64_t kValuesAtOnce = 1024;

bool IsOfCodes(const parquet::ColumnChunkMetaData& chunk) {
  return std::ranges::all_of(
      chunk.encoding_stats(), [](const parquet::PageEncodingStats& pages) {
        return pages.page_type == parquet::PageType::DICTIONARY_PAGE ||
               pages.encoding == parquet::Encoding::RLE_DICTIONARY;
      });
}

/// Reads the texts of one column chunk. They stay where they are until the next call.
class TextReader {
 public:
  explicit TextReader(std::shared_ptr<parquet::ColumnReader> column)
      : column_(std::static_pointer_cast<parquet::ByteArrayReader>(std::move(column))),
        is_nullable_(column_->descr()->max_definition_level() > 0) {}

  /// The next texts, at most `most` and kValuesAtOnce; none at the end. One without data
  /// is NULL.
  std::span<const std::string_view> Next(int64_t most) {
    if (!column_->HasNext()) return {};
    int64_t num_values = 0;
    const int64_t count = column_->ReadBatch(std::min(most, kValuesAtOnce),
                                             is_nullable_ ? levels_.data() : nullptr,
                                             nullptr, values_.data(), &num_values);
    // Else what stood there before would count as read.
    if (num_values != ValidOf(count)) {
      throw parquet::ParquetException("a page has not as many values as levels");
    }
    const parquet::ByteArray* value = values_.data();
    for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
      const bool is_valid = !is_nullable_ || levels_[i] > 0;
      texts_[i] = is_valid ? ViewOf(*value++) : std::string_view();
    }
    return {texts_.data(), static_cast<size_t>(count)};
  }

 private:
  int64_t ValidOf(int64_t count) const {
    return is_nullable_ ? std::count(levels_.begin(), levels_.begin() + count, 1) : count;
  }

  static std::string_view ViewOf(const parquet::ByteArray& value) {
    if (value.len == 0) return "";
    return {reinterpret_cast<const char*>(value.ptr), value.len};
  }

  std::shared_ptr<parquet::ByteArrayReader> column_;
  bool is_nullable_;
  std::array<int16_t, kValuesAtOnce> levels_;
  std::array<parquet::ByteArray, kValuesAtOnce> values_;
  std::array<std::string_view, kValuesAtOnce> texts_;
};

arrow::Status NotOfItsRows(parquet::ParquetFileReader& file, int leaf) {
  return MakeError(ErrorKind::kCorruptData,
                   "a row group has other rows than those of column " +
                       file.metadata()->schema()->Column(leaf)->name());
}

}  // namespace

bool IsOfCodes(const parquet::FileMetaData& footer, int leaf) {
  for (int group = 0; group < footer.num_row_groups(); ++group) {
    if (!IsOfCodes(*footer.RowGroup(group)->ColumnChunk(leaf))) return false;
  }
  return true;
}

bool IsOfPlainTexts(const parquet::FileMetaData& footer, int leaf) {
  const parquet::ColumnDescriptor& column = *footer.schema()->Column(leaf);
  return column.physical_type() == parquet::Type::BYTE_ARRAY &&
         footer.schema()->GetColumnRoot(leaf)->is_primitive() &&
         column.max_repetition_level() == 0 && !IsOfCodes(footer, leaf);
}

arrow::Status AddStoredTexts(parquet::ParquetFileReader& file, int leaf,
                             const std::stop_token& stop, ColumnProof* proof) {
  int64_t ordinal = 0;
  for (int group = 0; group < file.metadata()->num_row_groups(); ++group) {
    const auto row_group = file.RowGroup(group);
    const auto reader = std::make_unique<TextReader>(row_group->Column(leaf));
    const int64_t end = ordinal + row_group->metadata()->num_rows();
    while (ordinal < end) {
      if (stop.stop_requested()) {
        return MakeError(ErrorKind::kInterrupted, "interrupted");
      }
      const auto texts = reader->Next(end - ordinal);
      if (texts.empty()) return NotOfItsRows(file, leaf);
      AddToProof(texts, ordinal, proof);
      ordinal += std::ssize(texts);
    }
    if (!reader->Next(1).empty()) return NotOfItsRows(file, leaf);
  }
  return arrow::Status::OK();
}

}  // namespace carmilla
