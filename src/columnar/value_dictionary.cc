#include "columnar/value_dictionary.h"

#include <bit>
#include <limits>
#include <new>
#include <span>
#include <utility>

namespace carmilla {
namespace {

void ThrowNotOk(const arrow::Status& status) {
  if (!status.ok()) throw std::bad_alloc();
}

}  // namespace

template <typename Value>
uint32_t ValueDictionary<Value>::Insert(Value value) {
  const uint32_t code = size_++;
  uint32_t begin = 0;
  if constexpr (kIsText) {
    const auto size = static_cast<uint32_t>(value.size());
    ThrowNotOk(plain_.Append(&size, sizeof size));
    begin = static_cast<uint32_t>(plain_.length());
    ThrowNotOk(plain_.Append(value.data(), size));
  } else {
    ThrowNotOk(plain_.Append(&value, sizeof value));
  }
  if constexpr (kMayBeDense) {
    if (KeepDensely(value, code)) return code;
  }
  PutInSlot(value, code, begin);
  return code;
}

template <typename Value>
void ValueDictionary<Value>::PutInSlot(Value value, uint32_t code, uint32_t begin) {
  if (2 * (size_t{code} + 1) > slots_.size()) {
    MoveTo(2 * slots_.size(), multiplier_, std::numeric_limits<size_t>::max());
  }
  const Key key(value);
  const size_t passed_before = slots_passed_;
  Slot& slot = slots_[FreeSlot(slots_, key, multiplier_)];
  slot.key = key;
  slot.code = code;
  if constexpr (kIsText) slot.begin = begin;
  if (slots_passed_ - passed_before > kLongestSearch) TryOtherMultipliers();
}

/// Whether the values stand so close together, with `value`, the last one, that their
/// codes are found densely. Those in slots are looked at whenever these run out.
template <typename Value>
bool ValueDictionary<Value>::KeepDensely(Value value, uint32_t code)
  requires kMayBeDense
{
  const std::span values(reinterpret_cast<const Value*>(plain_.data()), size_);
  if (dense_.is_used()) {
    if (dense_.Add(value, code) || dense_.Assign(values)) return true;
    UseSlots(Slots(kFirstSlots, Slot(), slots_.get_allocator()));
    // Values left out of crowded slots get another code, should they come again.
    for (uint32_t other = 0; other < code && !is_crowded_; ++other) {
      PutInSlot(values[other], other, /*begin=*/0);
    }
    return false;
  }
  if (2 * size_t{size_} <= slots_.size() || !dense_.Assign(values)) return false;
  UseSlots(Slots(kFewestSlots, Slot(), slots_.get_allocator()));
  return true;
}

template <typename Value>
void ValueDictionary<Value>::UseSlots(Slots slots) {
  slots_ = std::move(slots);
  mask_ = slots_.size() - 1;
  shift_ = 64 - std::countr_zero(slots_.size());
}

/// Moves all values to `count` new slots. Nothing changes, and it is false, if one of
/// them would pass by more than `most_passed`.
template <typename Value>
bool ValueDictionary<Value>::MoveTo(size_t count, uint64_t multiplier,
                                    size_t most_passed) {
  Slots moved(count, Slot(), slots_.get_allocator());
  for (const Slot& slot : slots_) {
    if (slot.code == kNoCode) continue;
    const size_t passed_before = slots_passed_;
    moved[FreeSlot(moved, slot.key, multiplier)] = slot;
    if (slots_passed_ - passed_before > most_passed) return false;
  }
  UseSlots(std::move(moved));
  multiplier_ = multiplier;
  return true;
}

template <typename Value>
void ValueDictionary<Value>::TryOtherMultipliers() {
  while (next_multiplier_ < kMultipliers.size()) {
    if (MoveTo(slots_.size(), kMultipliers[next_multiplier_++], kLongestSearch)) return;
  }
  is_crowded_ = true;
}

template <typename Value>
size_t ValueDictionary<Value>::FreeSlot(const Slots& slots, const Key& key,
                                        uint64_t multiplier) {
  const size_t mask = slots.size() - 1;
  size_t at = key.Hash(multiplier) >> (64 - std::countr_zero(slots.size()));
  for (; slots[at].code != kNoCode; ++slots_passed_) at = (at + 1) & mask;
  return at;
}

template class ValueDictionary<int32_t>;
template class ValueDictionary<int64_t>;
template class ValueDictionary<Wide>;
template class ValueDictionary<std::string_view>;

}  // namespace carmilla
