#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <arrow/array/array_base.h>
#include <parquet/level_conversion.h>
#include <parquet/schema.h>

#include "columnar/page_levels.h"

namespace carmilla {

/// Cuts the array of a leaf inside of lists and structs into slices that know all their
/// NULLs. The array itself does not: where a struct is NULL, its members have slots whose
/// contents say nothing.
class LeafSlots {
 public:
  LeafSlots(const parquet::ColumnDescriptor& leaf, arrow::MemoryPool* pool)
      : info_(parquet::internal::LevelInfo::ComputeLevelInfo(&leaf)), pool_(pool) {}

  /// Returns the slots of `leaf` from `first` on to which `definition` belongs; `places`
  /// counts them. Errors are thrown as ParquetException.
  std::shared_ptr<arrow::Array> SliceOf(const arrow::Array& leaf, int64_t first,
                                        std::span<const int16_t> definition,
                                        const PageLevels::Places& places) const;

 private:
  parquet::internal::LevelInfo info_;
  arrow::MemoryPool* pool_;
};

}  // namespace carmilla
