#include "columnar/page_levels.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>
#include <parquet/exception.h>
#include <parquet/level_conversion.h>

#include "columnar/hybrid_encoding.h"

namespace carmilla {
namespace {

constexpr int16_t kMostLevels = 255;

/// Appends `levels` as bytes and counts how often each is there.
void AppendBytes(std::span<const int16_t> levels, std::span<int64_t> histogram,
                 arrow::BufferBuilder* bytes) {
  const auto count = static_cast<int64_t>(levels.size());
  PARQUET_THROW_NOT_OK(bytes->Reserve(count));
  uint8_t* next = bytes->mutable_data() + bytes->length();
  int64_t* const counts = histogram.data();
  for (const int16_t level : levels) {
    *next++ = static_cast<uint8_t>(level);
    ++counts[level];
  }
  bytes->UnsafeAdvance(count);
}

/// Lets `append` write something, and puts its length before it.
void AppendWithLength(arrow::BufferBuilder* body, const auto& append) {
  const int64_t begin = body->length();
  constexpr int64_t kLengthBytes = sizeof(uint32_t);
  PARQUET_THROW_NOT_OK(body->Append(kLengthBytes, 0));
  append();
  const auto length = static_cast<uint32_t>(body->length() - begin - kLengthBytes);
  std::memcpy(body->mutable_data() + begin, &length, kLengthBytes);
}

void AppendLevels(const arrow::BufferBuilder& levels, size_t num_levels,
                  arrow::BufferBuilder* body) {
  const std::span bytes(levels.data(), static_cast<size_t>(levels.length()));
  AppendWithLength(body, [&] {
    PARQUET_THROW_NOT_OK(AppendHybrid(bytes, std::bit_width(num_levels - 1), body));
  });
}

}  // namespace

PageLevels::PageLevels(const parquet::ColumnDescriptor& leaf, arrow::MemoryPool* pool)
    : is_flat_(leaf.max_definition_level() == 1 && leaf.max_repetition_level() == 0),
      slot_level_(parquet::internal::LevelInfo::ComputeLevelInfo(&leaf)
                      .repeated_ancestor_def_level),
      definition_histogram_(static_cast<size_t>(leaf.max_definition_level()) + 1),
      repetition_histogram_(static_cast<size_t>(leaf.max_repetition_level()) + 1),
      definition_(pool),
      repetition_(pool) {
  if (leaf.max_definition_level() > kMostLevels) {
    throw parquet::ParquetException("a column is nested too deeply");
  }
}

void PageLevels::AddRows(const arrow::Array& slice) {
  const int64_t nulls = slice.null_count();
  const bool has_nulls = definition_histogram_[0] > 0;
  if (has_nulls || nulls > 0) {
    definition_.Rewind(0);
    PARQUET_THROW_NOT_OK(
        definition_.Reserve(arrow::bit_util::BytesForBits(rows_ + slice.length())));
    uint8_t* const bits = definition_.mutable_data();
    if (!has_nulls) arrow::bit_util::SetBitsTo(bits, 0, rows_, true);
    if (nulls > 0) {
      arrow::internal::CopyBitmap(slice.null_bitmap_data(), slice.offset(),
                                  slice.length(), bits, rows_);
    } else {
      arrow::bit_util::SetBitsTo(bits, rows_, slice.length(), true);
    }
  }
  rows_ += slice.length();
  count_ += slice.length();
  definition_histogram_[0] += nulls;
  definition_histogram_[1] += slice.length() - nulls;
}

PageLevels::Places PageLevels::AddLevels(std::span<const int16_t> definition,
                                         std::span<const int16_t> repetition) {
  const auto places = [&] {
    return Places{.slots = std::accumulate(definition_histogram_.begin() + slot_level_,
                                           definition_histogram_.end(), int64_t{0}),
                  .values = definition_histogram_.back()};
  };
  const Places before = places();
  AppendBytes(definition, definition_histogram_, &definition_);
  count_ += static_cast<int64_t>(definition.size());
  if (repetition.empty()) {
    rows_ += static_cast<int64_t>(definition.size());
  } else {
    AppendBytes(repetition, repetition_histogram_, &repetition_);
    rows_ = repetition_histogram_[0];
  }
  const Places after = places();
  return {.slots = after.slots - before.slots, .values = after.values - before.values};
}

void PageLevels::AppendTo(arrow::BufferBuilder* body) {
  if (repetition_histogram_.size() > 1) {
    AppendLevels(repetition_, repetition_histogram_.size(), body);
  }
  if (is_flat_) {
    AppendWithLength(body, [&] { AppendValidity(body); });
  } else {
    AppendLevels(definition_, definition_histogram_.size(), body);
  }
}

void PageLevels::AppendValidity(arrow::BufferBuilder* body) {
  const int64_t nulls = definition_histogram_[0];
  if (nulls > 0 && rows_ % 8 != 0) {
    // Of an earlier page, bits may be left behind the last row.
    definition_.mutable_data()[rows_ / 8] &=
        static_cast<uint8_t>((1U << (rows_ % 8)) - 1);
  }
  PARQUET_THROW_NOT_OK(carmilla::AppendValidity(definition_.data(), rows_, nulls, body));
}

void PageLevels::FillHistograms(parquet::SizeStatistics* sizes) const {
  sizes->definition_level_histogram = definition_histogram_;
  if (repetition_histogram_.size() > 1) {
    sizes->repetition_level_histogram = repetition_histogram_;
  }
}

void PageLevels::Clear() {
  rows_ = 0;
  count_ = 0;
  std::ranges::fill(definition_histogram_, 0);
  std::ranges::fill(repetition_histogram_, 0);
  definition_.Rewind(0);
  repetition_.Rewind(0);
}

}  // namespace carmilla
