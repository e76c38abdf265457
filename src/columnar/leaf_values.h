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
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>
#include <parquet/exception.h>
#include <parquet/types.h>

#include "columnar/page_assembler.h"
#include "columnar/value_dictionary.h"

namespace carmilla {

template <typename DType>
constexpr bool kIsText = std::is_same_v<DType, parquet::ByteArrayType>;
template <typename DType>
constexpr bool kIsBoolean = std::is_same_v<DType, parquet::BooleanType>;
template <typename DType>
constexpr bool kIsFixed = std::is_same_v<DType, parquet::FLBAType>;
template <typename DType>
constexpr bool kIsFraction = std::is_same_v<DType, parquet::FloatType> ||
                             std::is_same_v<DType, parquet::DoubleType>;

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
  int32_t size(int64_t row) const { return offsets_[row + 1] - offsets_[row]; }
  /// Of the rows from `begin` to `end`, with what may lie behind NULLs.
  int64_t bytes(int64_t begin, int64_t end) const {
    return offsets_[end] - offsets_[begin];
  }

 private:
  const char* text_;
  const int32_t* offsets_;
};

/// Calls `visit` with the first of consecutive rows of `slice` that are not NULL, and the
/// one behind them.
template <typename Visit>
void VisitRuns(const arrow::Array& slice, Visit&& visit) {
  arrow::internal::VisitSetBitRunsVoid(
      slice.null_bitmap_data(), slice.offset(), slice.length(),
      [&](int64_t begin, int64_t count) { visit(begin, begin + count); });
}

/// Calls `visit` with each row of `slice` that is not NULL.
template <typename Visit>
void VisitValues(const arrow::Array& slice, Visit&& visit) {
  VisitRuns(slice, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) visit(row);
  });
}

inline Wide SwapBytes(Wide value) {
  return Wide{__builtin_bswap64(static_cast<uint64_t>(value))} << 64 |
         __builtin_bswap64(static_cast<uint64_t>(value >> 64));
}

/// The values of `slice` that are not NULL, one behind the other. Those of
/// FIXED_LEN_BYTE_ARRAY, wide decimals and UUIDs, are the numbers whose bytes they are.
template <typename DType>
class DenseValues {
 public:
  using Value = std::conditional_t<kIsFixed<DType>, Wide, typename DType::c_type>;

  explicit DenseValues(PageScratch* scratch) : scratch_(scratch->values) {}

  /// Valid as long as `slice`, and until another column uses the scratch.
  std::span<const Value> Of(const arrow::Array& slice) {
    const arrow::ArrayData& data = *slice.data();
    if constexpr (kIsFixed<DType>) {
      const auto* const bytes =
          data.GetValues<uint8_t>(1, data.offset * int64_t{sizeof(Wide)});
      const bool is_decimal = slice.type_id() == arrow::Type::DECIMAL128;
      return Fill(slice, [&](int64_t row) {
        Wide value;
        std::memcpy(&value, bytes + row * int64_t{sizeof(Wide)}, sizeof value);
        return is_decimal ? value : SwapBytes(value);
      });
    } else if constexpr (!kIsText<DType>) {
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

/// The open page of a column of FIXED_LEN_BYTE_ARRAY as PLAIN has it.
class PlainFixed {
 public:
  /// `width`: how many of the last bytes of each number are stored.
  PlainFixed(int width, arrow::MemoryPool* pool) : width_(width), page_(pool) {}

  void Put(const Wide* values, int count) {
    // The last value writes behind its end.
    const int64_t room = int64_t{count} * width_ + int64_t{sizeof(Wide)};
    PARQUET_THROW_NOT_OK(page_.Reserve(room));
    uint8_t* next = page_.mutable_data() + page_.length();
    for (int i = 0; i < count; ++i, next += width_) {
      const Wide bytes = SwapBytes(values[i]) >> 8 * (int{sizeof(Wide)} - width_);
      std::memcpy(next, &bytes, sizeof bytes);
    }
    page_.UnsafeAdvance(int64_t{count} * width_);
  }

  int64_t EstimatedDataEncodedSize() const { return page_.length(); }

  std::shared_ptr<arrow::Buffer> FlushValues() {
    auto page = std::make_shared<arrow::Buffer>(page_.data(), page_.length());
    page_.Rewind(0);
    return page;
  }

 private:
  int width_;
  arrow::BufferBuilder page_;
};

/// The open page of a column of booleans as PLAIN has it: a bit for each.
class PlainBits {
 public:
  explicit PlainBits(arrow::MemoryPool* pool) : page_(pool) {}

  /// Adds the values of `slice`; returns how many of them are true.
  int64_t PutBits(const arrow::Array& slice) {
    const arrow::ArrayData& data = *slice.data();
    const uint8_t* const bits = data.buffers[1]->data();
    PARQUET_THROW_NOT_OK(
        page_.Reserve(arrow::bit_util::BytesForBits(slice.length()) + 1));
    int64_t trues = 0;
    arrow::internal::VisitSetBitRunsVoid(
        slice.null_bitmap_data(), slice.offset(), slice.length(),
        [&](int64_t begin, int64_t count) {
          arrow::internal::CopyBitmap(bits, data.offset + begin, count,
                                      page_.mutable_data(), num_bits_);
          trues += arrow::internal::CountSetBits(bits, data.offset + begin, count);
          num_bits_ += count;
        });
    page_.UnsafeAdvance(arrow::bit_util::BytesForBits(num_bits_) - page_.length());
    return trues;
  }

  int64_t EstimatedDataEncodedSize() const { return page_.length(); }

  std::shared_ptr<arrow::Buffer> FlushValues() {
    if (num_bits_ % 8 != 0) {
      page_.mutable_data()[num_bits_ / 8] &=
          static_cast<uint8_t>((1U << (num_bits_ % 8)) - 1);
    }
    auto page = std::make_shared<arrow::Buffer>(page_.data(), page_.length());
    page_.Rewind(0);
    num_bits_ = 0;
    return page;
  }

 private:
  arrow::BufferBuilder page_;
  int64_t num_bits_ = 0;
};

}  // namespace carmilla
