#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>

#include <arrow/array/array_binary.h>
#include <arrow/buffer.h>
#include <arrow/buffer_builder.h>
#include <arrow/util/bit_run_reader.h>
#include <parquet/exception.h>
#include <parquet/types.h>

#include "columnar/page_assembler.h"

namespace carmilla {

template <typename DType>
constexpr bool kIsText = std::is_same_v<DType, parquet::ByteArrayType>;

/// The texts of a slice by row. The slice must outlive them.
class Texts {
 public:
  explicit Texts(const arrow::Array& slice)
      : text_(reinterpret_cast<const char*>(
            static_cast<const arrow::BinaryArray&>(slice).raw_data())),
        offsets_(static_cast<const arrow::BinaryArray&>(slice).raw_value_offsets()) {}

  std::string_view operator[](int64_t row) const {
    const int32_t begin = offsets_[row];
    return {text_ + begin, static_cast<size_t>(offsets_[row + 1] - begin)};
  }
  /// Of the first `rows` rows, with what may lie behind NULLs.
  int64_t bytes(int64_t rows) const { return offsets_[rows] - offsets_[0]; }

 private:
  const char* text_;
  const int32_t* offsets_;
};

/// Calls `visit` with each row of `slice` that is not NULL.
template <typename Visit>
void VisitValues(const arrow::Array& slice, Visit&& visit) {
  arrow::internal::VisitSetBitRunsVoid(slice.null_bitmap_data(), slice.offset(),
                                       slice.length(), [&](int64_t begin, int64_t count) {
                                         for (int64_t row = begin; row < begin + count;
                                              ++row)
                                           visit(row);
                                       });
}

/// The values of `slice` that are not NULL, one behind the other.
template <typename DType>
class DenseValues {
 public:
  using Value = DType::c_type;

  explicit DenseValues(PageScratch* scratch) : scratch_(scratch->values) {}

  /// Valid as long as `slice`, and until another column uses the scratch.
  std::span<const Value> Of(const arrow::Array& slice) {
    const arrow::ArrayData& data = *slice.data();
    if constexpr (!kIsText<DType>) {
      if constexpr (std::is_same_v<Value, int32_t>) {
        if (slice.type_id() == arrow::Type::INT16) return Gather<int16_t>(slice);
      }
      if (slice.null_count() > 0) return Gather<Value>(slice);
      return {data.GetValues<Value>(1), static_cast<size_t>(slice.length())};
    } else {
      const Texts texts(slice);
      return Fill(slice, [&](int64_t row) { return parquet::ByteArray(texts[row]); });
    }
  }

 private:
  template <typename Stored>
  std::span<const Value> Gather(const arrow::Array& slice) {
    const auto* const values = slice.data()->GetValues<Stored>(1);
    return Fill(slice, [&](int64_t row) { return Value{values[row]}; });
  }

  template <typename ValueAt>
  std::span<const Value> Fill(const arrow::Array& slice, ValueAt value_at) {
    scratch_.Rewind(0);
    PARQUET_THROW_NOT_OK(
        scratch_.Reserve(slice.length() * static_cast<int64_t>(sizeof(Value))));
    auto* const first = reinterpret_cast<Value*>(scratch_.mutable_data());
    Value* next = first;
    VisitValues(slice, [&](int64_t row) { *next++ = value_at(row); });
    return {first, static_cast<size_t>(next - first)};
  }

  arrow::BufferBuilder& scratch_;
};

/// The open page of a column of texts as PLAIN has them: each behind its length.
class PlainTexts {
 public:
  explicit PlainTexts(arrow::MemoryPool* pool) : page_(pool) {}

  /// Adds the texts of `slice`; returns their bytes.
  int64_t PutTexts(const arrow::Array& slice) {
    const Texts texts(slice);
    const int64_t count = slice.length() - slice.null_count();
    const int64_t most = texts.bytes(slice.length()) + count * kLengthBytes;
    PARQUET_THROW_NOT_OK(page_.Reserve(most));
    uint8_t* const begin = page_.mutable_data() + page_.length();
    uint8_t* next = begin;
    VisitValues(slice, [&](int64_t row) {
      const std::string_view text = texts[row];
      const auto length = static_cast<uint32_t>(text.size());
      std::memcpy(next, &length, kLengthBytes);
      std::memcpy(next + kLengthBytes, text.data(), text.size());
      next += kLengthBytes + text.size();
    });
    page_.UnsafeAdvance(next - begin);
    return next - begin - count * kLengthBytes;
  }

  int64_t EstimatedDataEncodedSize() const { return page_.length(); }

  /// Ends the page, which is valid until the next text is put. Keeps its memory for the
  /// next one, unless a long text made it large.
  std::shared_ptr<arrow::Buffer> FlushValues() {
    if (page_.length() > kMostKeptBytes) {
      PARQUET_ASSIGN_OR_THROW(auto large, page_.Finish());
      return large;
    }
    auto page = std::make_shared<arrow::Buffer>(page_.data(), page_.length());
    page_.Rewind(0);
    return page;
  }

 private:
  static constexpr int64_t kLengthBytes = sizeof(uint32_t);
  static constexpr int64_t kMostKeptBytes = 2 << 20;

  arrow::BufferBuilder page_;
};

}  // namespace carmilla
