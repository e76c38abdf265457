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
  if (2 * (size_ + 1) > slots_.size()) Grow();
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

template <typename Value>
void ValueDictionary<Value>::Grow() {
  std::vector<Slot, arrow::stl::allocator<Slot>> smaller(2 * slots_.size(), Slot(),
                                                         slots_.get_allocator());
  std::swap(slots_, smaller);
  mask_ = slots_.size() - 1;
  --shift_;
  for (const Slot& slot : smaller) {
    if (slot.code != kNoCode) FreeSlotFor(slot.key) = slot;
  }
}

template <typename Value>
ValueDictionary<Value>::Slot& ValueDictionary<Value>::FreeSlotFor(const Key& key) {
  size_t at = key.Hash() >> shift_;
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
