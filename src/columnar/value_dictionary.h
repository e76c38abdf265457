#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <vector>

#include <arrow/buffer_builder.h>
#include <arrow/memory_pool.h>
#include <arrow/status.h>
#include <arrow/stl_allocator.h>

#include "columnar/dense_codes.h"

namespace carmilla {

// NOLINTNEXTLINE(modernize-use-using): __extension__, which -Wpedantic wants, needs it.
__extension__ using Wide = unsigned __int128;

/// What values are told apart by, most of the time.
template <typename Integer>
struct DictionaryKey {
  Integer value{};

  DictionaryKey() = default;
  explicit DictionaryKey(Integer of) : value(of) {}
  bool operator==(const DictionaryKey&) const = default;
  /// The highest bits are the good ones. `multiplier` is odd.
  size_t Hash(uint64_t multiplier) const {
    uint64_t hash = static_cast<uint64_t>(value) * multiplier;
    if constexpr (sizeof(Integer) > sizeof hash) {
      hash ^= static_cast<uint64_t>(value >> 64) * 0xA0761D6478BD642F;
    }
    return hash;
  }
};

/// A text of up to kWhole bytes is its key; a longer one must also be compared itself.
template <>
struct DictionaryKey<std::string_view> {
  static constexpr size_t kWhole = 16;
  uint64_t low = 0;
  uint64_t high = 0;
  uint32_t size = ~0U;  ///< Of no text.

  DictionaryKey() = default;
  explicit DictionaryKey(std::string_view text)
      : size(static_cast<uint32_t>(text.size())) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    // Two loads that may overlap see every byte.
    if (text.size() >= 8) {
      low = Load<uint64_t>(begin);
      high = Load<uint64_t>(end - 8);
      for (const char* at = begin + 8; text.size() > kWhole && at + 8 < end; at += 8) {
        low = std::rotl(low, 23) * 0x9E3779B97F4A7C15 + Load<uint64_t>(at);
      }
    } else if (text.size() >= 4) {
      low = Load<uint32_t>(begin);
      high = Load<uint32_t>(end - 4);
    } else if (!text.empty()) {
      low = Load<uint8_t>(begin) | Load<uint8_t>(begin + text.size() / 2) << 8 |
            Load<uint8_t>(end - 1) << 16;
    }
  }
  bool operator==(const DictionaryKey&) const = default;
  size_t Hash(uint64_t multiplier) const {
    return ((low ^ size) * multiplier) ^ (high * 0xA0761D6478BD642F);
  }

  /// Whether two texts of one key are the same.
  static bool AreSame(const char* left, const char* right, size_t size) {
    if (size <= kWhole) return true;
    if (size > 2 * kWhole) return std::memcmp(left, right, size) == 0;
    // The last word is in the key. A call of memcmp would cost as much as the rest.
    const auto difference = [&](size_t at) {
      return Load<uint64_t>(left + at) ^ Load<uint64_t>(right + at);
    };
    return (difference(0) | difference(8) | difference(size - 16)) == 0;
  }

 private:
  template <typename Word>
  static uint64_t Load(const char* from) {
    Word word;
    std::memcpy(&word, from, sizeof word);
    return word;
  }
};

/// Gives each distinct value a code: 0, 1, 2... in the order of first sight. `Value` is
/// int32_t, int64_t, Wide or std::string_view, which is copied. All memory is the pool's.
///
/// A table of open addressing, at most half full; of integers that stand close together,
/// their DenseCodes. Throws std::bad_alloc.
template <typename Value>
class ValueDictionary {
 public:
  explicit ValueDictionary(arrow::MemoryPool* pool)
      : dense_(pool),
        slots_(kFirstSlots, Slot(), arrow::stl::allocator<Slot>(pool)),
        plain_(pool) {}

  uint32_t CodeOf(Value value) {
    if constexpr (kMayBeDense) {
      const uint32_t code = dense_.CodeOf(value);
      if (code != kNoCode) return code;
    }
    const Key key(value);
    // Without the checks of operator[]: there is no hotter line.
    const Slot* const slots = slots_.data();
    for (size_t at = key.Hash(multiplier_) >> shift_;; at = (at + 1) & mask_) {
      const Slot& slot = slots[at];
      if (slot.key == key && IsEqual(slot, value)) [[likely]]
        return slot.code;
      if (slot.code == kNoCode) return Insert(value);
    }
  }

  uint32_t size() const { return size_; }
  /// Whether values crowd in few places of the table, so that each takes long to find,
  /// whatever they are multiplied with. Somebody chose them for that.
  bool is_crowded() const { return is_crowded_; }
  /// How many slots were passed by in search of free ones, for tests of what chosen
  /// values can cost.
  size_t slots_passed() const { return slots_passed_; }
  /// Bits that every code needs.
  int bit_width() const { return size_ < 2 ? 0 : std::bit_width(size_ - 1); }
  /// The distinct values by code, in Parquet's PLAIN encoding; Wide ones as they are in
  /// memory.
  const arrow::BufferBuilder& plain() const { return plain_; }

 private:
  static constexpr size_t kFewestSlots = 2;  // one is free
  static constexpr size_t kFirstSlots = 32;
  /// Slots; a table that is half full needs a tenth of it.
  static constexpr size_t kLongestSearch = 256;
  /// Numbers at one distance of a hundred, 10^8 or two hours for instance, crowd with one
  /// of them, and then not with the next.
  static constexpr std::array<uint64_t, 3> kMultipliers = {
      0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, 0xC2B2AE3D27D4EB4F};
  static constexpr bool kIsText = std::is_same_v<Value, std::string_view>;
  static constexpr bool kMayBeDense = std::is_integral_v<Value> && sizeof(Value) <= 8;

  struct NeverDense {
    explicit NeverDense(arrow::MemoryPool* /*pool*/) {}
  };

  using Key = DictionaryKey<Value>;

  struct NumberSlot {
    Key key;
    uint32_t code = kNoCode;
  };
  struct TextSlot {
    Key key;
    uint32_t code = kNoCode;
    uint32_t begin = 0;  // of the text in plain_
  };
  using Slot = std::conditional_t<kIsText, TextSlot, NumberSlot>;

  /// Of a slot that has the key of `value`.
  bool IsEqual(const Slot& slot, Value value) const {
    if constexpr (kIsText) {
      const auto* const kept = reinterpret_cast<const char*>(plain_.data()) + slot.begin;
      return Key::AreSame(kept, value.data(), value.size());
    } else {
      return slot.code != kNoCode;
    }
  }

  using Slots = std::vector<Slot, arrow::stl::allocator<Slot>>;

  [[gnu::noinline]] uint32_t Insert(Value value);
  void PutInSlot(Value value, uint32_t code, uint32_t begin);
  bool KeepDensely(Value value, uint32_t code)
    requires kMayBeDense;
  void UseSlots(Slots slots);
  bool MoveTo(size_t count, uint64_t multiplier, size_t most_passed);
  void TryOtherMultipliers();
  size_t FreeSlot(const Slots& slots, const Key& key, uint64_t multiplier);

  std::conditional_t<kMayBeDense, DenseCodes<Value>, NeverDense> dense_;
  Slots slots_;
  size_t mask_ = kFirstSlots - 1;
  int shift_ = 64 - std::countr_zero(kFirstSlots);
  uint64_t multiplier_ = kMultipliers[0];
  size_t next_multiplier_ = 1;
  uint32_t size_ = 0;
  bool is_crowded_ = false;
  size_t slots_passed_ = 0;
  arrow::BufferBuilder plain_;
};

extern template class ValueDictionary<int32_t>;
extern template class ValueDictionary<int64_t>;
extern template class ValueDictionary<Wide>;
extern template class ValueDictionary<std::string_view>;

}  // namespace carmilla
