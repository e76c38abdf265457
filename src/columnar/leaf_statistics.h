#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include <arrow/memory_pool.h>
#include <parquet/schema.h>
#include <parquet/statistics.h>
#include <parquet/types.h>

#include "columnar/leaf_values.h"

namespace carmilla {

// NOLINTNEXTLINE(modernize-use-using): __extension__, which -Wpedantic wants, needs it.
__extension__ using SignedWide = __int128;

/// The counts and bounds of the values of one column chunk and of its open page. Errors
/// are thrown as ParquetException.
template <typename DType>
class LeafStatistics {
 public:
  using Value = DenseValues<DType>::Value;

  /// Bounds of more than `longest_bound` bytes are left out. `leaf` must outlive it.
  LeafStatistics(const parquet::ColumnDescriptor* leaf, size_t longest_bound,
                 arrow::MemoryPool* pool)
      : leaf_(leaf),
        longest_bound_(longest_bound),
        pool_(pool),
        page_(parquet::MakeStatistics<DType>(leaf, pool)),
        chunk_(parquet::MakeStatistics<DType>(leaf, pool)) {}

  /// Adds values of the open page, and `nulls` levels without one.
  void Update(std::span<const Value> values, int64_t nulls) {
    const auto num_values = static_cast<int64_t>(values.size());
    if constexpr (kIsFraction<DType>) {
      page_has_nan_ = page_has_nan_ || HasNaN(values);
      page_->Update(values.data(), num_values, nulls);
    } else if constexpr (kIsText<DType>) {
      page_->Update(values.data(), num_values, nulls);
    } else if (num_values == 0) {
      page_->IncrementNullCount(nulls);
    } else if constexpr (kIsFixed<DType>) {
      const bool is_signed = leaf_->sort_order() == parquet::SortOrder::SIGNED;
      const auto [smallest, largest] =
          is_signed ? BoundsOf<SignedWide>(values) : BoundsOf<Wide>(values);
      PlainFixed bounds(leaf_->type_length(), pool_);
      const Wide both[] = {smallest, largest};
      bounds.Put(both, 2);
      const auto plain = bounds.FlushValues();
      Update(num_values, parquet::FLBA(plain->data()),
             parquet::FLBA(plain->data() + leaf_->type_length()), nulls);
    } else {
      const auto [smallest, largest] = BoundsOf<Value>(values);
      Update(num_values, smallest, largest, nulls);
    }
  }

  /// The same of values whose bounds are known.
  void Update(int64_t num_values, DType::c_type smallest, DType::c_type largest,
              int64_t nulls) {
    if (num_values > 0) page_->SetMinMax(smallest, largest);
    page_->IncrementNumValues(num_values);
    page_->IncrementNullCount(nulls);
  }

  parquet::EncodedStatistics FinishPage() {
    auto encoded = Encode(page_.get(), page_has_nan_);
    chunk_->Merge(*page_);
    page_->Reset();
    chunk_has_nan_ |= std::exchange(page_has_nan_, false);
    return encoded;
  }

  parquet::EncodedStatistics OfChunk() const {
    return Encode(chunk_.get(), chunk_has_nan_);
  }

 private:
  static bool HasNaN(std::span<const Value> values) {
    bool has_nan = false;
    for (const Value value : values) has_nan |= value != value;
    return has_nan;
  }

  /// The smallest and the largest of some values, compared as `Ordered`.
  template <typename Ordered>
  static std::pair<Value, Value> BoundsOf(std::span<const Value> values) {
    auto smallest = static_cast<Ordered>(values.front());
    auto largest = smallest;
    // To count the values costs as much as to compare them.
#pragma GCC unroll 4
    for (const Value value : values) {
      smallest = std::min(smallest, static_cast<Ordered>(value));
      largest = std::max(largest, static_cast<Ordered>(value));
    }
    return {static_cast<Value>(smallest), static_cast<Value>(largest)};
  }

  parquet::EncodedStatistics Encode(parquet::TypedStatistics<DType>* statistics,
                                    bool has_nan) const {
    parquet::EncodedStatistics encoded = statistics->Encode();
    // Parquet's bounds ignore NaN. Readers that sort it above all numbers, as DuckDB
    // does, but trust such bounds would miss it.
    if (has_nan) encoded.ClearMinMax();
    encoded.ApplyStatSizeLimits(longest_bound_);
    encoded.set_is_signed(leaf_->sort_order() == parquet::SortOrder::SIGNED);
    return encoded;
  }

  const parquet::ColumnDescriptor* leaf_;
  size_t longest_bound_;
  arrow::MemoryPool* pool_;
  std::shared_ptr<parquet::TypedStatistics<DType>> page_;
  std::shared_ptr<parquet::TypedStatistics<DType>> chunk_;
  bool page_has_nan_ = false;
  bool chunk_has_nan_ = false;
};

}  // namespace carmilla
