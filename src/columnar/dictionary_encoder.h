#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include <arrow/array/array_base.h>
#include <arrow/buffer_builder.h>
#include <parquet/exception.h>

#include "columnar/hybrid_encoding.h"
#include "columnar/leaf_values.h"
#include "columnar/value_dictionary.h"

namespace carmilla {

/// The codes of the open page and the dictionary of the chunk. Errors are thrown as
/// ParquetException.
template <typename Value>
class DictionaryEncoder {
 public:
  explicit DictionaryEncoder(arrow::MemoryPool* pool) : dictionary_(pool), codes_(pool) {}

  void Put(std::span<const Value> values) {
    uint32_t* next = MakeRoom(static_cast<int64_t>(values.size()));
    for (const Value value : values) *next++ = dictionary_.CodeOf(value);
    codes_.UnsafeAdvance(static_cast<int64_t>(values.size()));
  }

  /// Texts straight from `slice`; returns their bytes.
  int64_t PutTexts(const arrow::Array& slice) {
    uint32_t* codes = MakeRoom(slice.length());
    const Texts texts(slice);
    int64_t bytes = 0;
    VisitRuns(slice, [&](int64_t begin, int64_t end) {
      // What is captured would be read from memory for each text.
      const Texts of_run = texts;
      uint32_t* next = codes;
      for (int64_t row = begin; row < end; ++row) {
        *next++ = dictionary_.CodeOf(of_run[row]);
      }
      codes = next;
      bytes += texts.bytes(begin, end);
    });
    codes_.UnsafeAdvance(slice.length() - slice.null_count());
    return bytes;
  }

  int64_t page_bytes() const { return codes_.length() * dictionary_.bit_width() / 8; }

  std::shared_ptr<arrow::Buffer> FinishPage(arrow::MemoryPool* pool) {
    arrow::BufferBuilder page(pool);
    const auto bit_width = static_cast<uint8_t>(dictionary_.bit_width());
    PARQUET_THROW_NOT_OK(page.Append(&bit_width, 1));
    PARQUET_THROW_NOT_OK(AppendHybrid(
        {codes_.data(), static_cast<size_t>(codes_.length())}, bit_width, &page));
    values_of_pages_ += codes_.length();
    codes_.bytes_builder()->Rewind(0);
    PARQUET_ASSIGN_OR_THROW(auto buffer, page.Finish());
    return buffer;
  }

  const ValueDictionary<Value>& dictionary() const { return dictionary_; }

  /// Whether nearly every value was a new one, and there were enough to believe that it
  /// remains so: 50,000 distinct values in random order do not look like that.
  bool rarely_repeats() const {
    const int64_t num_values = values_of_pages_ + codes_.length();
    return num_values >= 16384 && 8 * int64_t{dictionary_.size()} > 7 * num_values;
  }

 private:
  uint32_t* MakeRoom(int64_t count) {
    PARQUET_THROW_NOT_OK(codes_.Reserve(count));
    return codes_.mutable_data() + codes_.length();
  }

  ValueDictionary<Value> dictionary_;
  arrow::TypedBufferBuilder<uint32_t> codes_;
  int64_t values_of_pages_ = 0;  ///< Of those before the open one.
};

}  // namespace carmilla
