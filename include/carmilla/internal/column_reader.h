#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <arrow/array/data.h>

#include "carmilla/internal/slot.h"

namespace carmilla::internal {

inline bool BitOf(const uint8_t* bits, int64_t index) {
  return ((bits[index / 8] >> (index % 8)) & 1) != 0;
}

/// Which values of a column are there.
class ValidityReader {
 public:
  explicit ValidityReader(const arrow::ArrayData& column)
      : bits_(column.buffers[0] == nullptr ? nullptr : column.buffers[0]->data()),
        offset_(column.offset) {}

  bool IsValid(int64_t row) const {
    return bits_ == nullptr || BitOf(bits_, offset_ + row);
  }

 private:
  const uint8_t* bits_;
  int64_t offset_;
};

/// Reads the values of one column as T. The column must outlive the reader and what is
/// read, and have the type that T is read as.
template <typename T>
class ColumnReader;

template <Slotted T>
  requires(Slot<T>::kForm == SlotForm::kFixed)
class ColumnReader<T> {
 public:
  explicit ColumnReader(const arrow::ArrayData& column)
      : values_(column.GetValues<typename Slot<T>::Raw>(1)) {}
  T Read(int64_t row) const { return Slot<T>::FromRaw(values_[row]); }

 private:
  const typename Slot<T>::Raw* values_;
};

template <Slotted T>
  requires(Slot<T>::kForm == SlotForm::kBit)
class ColumnReader<T> {
 public:
  explicit ColumnReader(const arrow::ArrayData& column)
      : bits_(column.buffers[1]->data()), offset_(column.offset) {}
  T Read(int64_t row) const { return BitOf(bits_, offset_ + row); }

 private:
  const uint8_t* bits_;
  int64_t offset_;
};

template <Slotted T>
  requires(Slot<T>::kForm == SlotForm::kText)
class ColumnReader<T> {
 public:
  explicit ColumnReader(const arrow::ArrayData& column)
      : offsets_(column.GetValues<int32_t>(1)),
        bytes_(column.buffers[2] == nullptr
                   ? nullptr
                   : reinterpret_cast<const char*>(column.buffers[2]->data())) {}
  T Read(int64_t row) const {
    const int32_t begin = offsets_[row];
    return Slot<T>::FromText(
        {bytes_ + begin, static_cast<size_t>(offsets_[row + 1] - begin)});
  }

 private:
  const int32_t* offsets_;
  const char* bytes_;
};

/// NULL is nothing.
template <typename T>
class ColumnReader<std::optional<T>> {
 public:
  explicit ColumnReader(const arrow::ArrayData& column)
      : validity_(column), values_(column) {}
  std::optional<T> Read(int64_t row) const {
    if (!validity_.IsValid(row)) return std::nullopt;
    return values_.Read(row);
  }

 private:
  ValidityReader validity_;
  ColumnReader<T> values_;
};

}  // namespace carmilla::internal
