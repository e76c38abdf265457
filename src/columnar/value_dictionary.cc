#include "columnar/value_dictionary.h"

#include <algorithm>
#include <new>
#include <utility>

namespace carmilla {
namespace {

void ThrowNotOk(const arrow::Status& status) {
  if (!status.ok()) throw std::bad_alloc();
}

}  // namespace

template <typename Value>
uint32_t ValueDictionary<Value>::Insert(Value value) {
  if (2 * (size_ + 1) > slots_.size()) MakeSlots(2 * slots_.size());
  if (is_crowded() && next_multiplier_ < kMultipliers.size()) {
    multiplier_ = kMultipliers[next_multiplier_++];
    MakeSlots(slots_.size());
  }
  const Key key(value);
  Slot& slot = FreeSlotFor(key);
  if constexpr (kIsText) {
    const auto size = static_cast<uint32_t>(value.size());
    ThrowNotOk(plain_.Append(&size, sizeof size));
    slot.begin = static_cast<uint32_t>(plain_.length());
    ThrowNotOk(plain_.Append(value.data(), size));
  } else {
    ThrowNotOk(plain_.Append(&value, sizeof value));
  }
  slot.key = key;
  slot.code = size_;
  return size_++;
}

/// Moves all values to `count` new slots, by the hash that they have now.
template <typename Value>
void ValueDictionary<Value>::MakeSlots(size_t count) {
  std::vector<Slot, arrow::stl::allocator<Slot>> before(count, Slot(),
                                                        slots_.get_allocator());
  std::swap(slots_, before);
  mask_ = slots_.size() - 1;
  shift_ = 64 - std::countr_zero(slots_.size());
  longest_search_ = 0;
  for (const Slot& slot : before) {
    if (slot.code != kNoCode) FreeSlotFor(slot.key) = slot;
  }
}

template <typename Value>
ValueDictionary<Value>::Slot& ValueDictionary<Value>::FreeSlotFor(const Key& key) {
  size_t at = key.Hash(multiplier_) >> shift_;
  size_t searched = 0;
  for (; slots_[at].code != kNoCode; ++searched) at = (at + 1) & mask_;
  longest_search_ = std::max(longest_search_, searched);
  return slots_[at];
}

template class ValueDictionary<int32_t>;
template class ValueDictionary<int64_t>;
template class ValueDictionary<Wide>;
template class ValueDictionary<std::string_view>;

}  // namespace carmilla
