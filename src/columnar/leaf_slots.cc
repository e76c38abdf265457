#include "columnar/leaf_slots.h"

#include <utility>

#include <arrow/array/util.h>
#include <arrow/buffer.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>
#include <parquet/exception.h>

namespace carmilla {

std::shared_ptr<arrow::Array> LeafSlots::SliceOf(const arrow::Array& leaf, int64_t first,
                                                 std::span<const int16_t> definition,
                                                 const PageLevels::Places& places) const {
  auto slice = leaf.data()->Slice(first, places.slots);
  slice->null_count = places.slots - places.values;
  slice->buffers[0] = nullptr;
  if (slice->null_count > 0) {
    // Room for the bits of the array before the slice, too: they share an offset.
    PARQUET_ASSIGN_OR_THROW(auto validity,
                            arrow::AllocateBitmap(slice->offset + places.slots, pool_));
    parquet::internal::ValidityBitmapInputOutput bits{
        .values_read_upper_bound = places.slots,
        .valid_bits = validity->mutable_data(),
        .valid_bits_offset = slice->offset};
    parquet::internal::DefLevelsToBitmap(
        definition.data(), static_cast<int64_t>(definition.size()), info_, &bits);
    slice->buffers[0] = std::move(validity);
  }
  return arrow::MakeArray(slice);
}

}  // namespace carmilla
