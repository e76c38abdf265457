#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "carmilla/internal/owned_bytes.h"

namespace carmilla::internal {

/// Numbers keys from 0 on, in the order in which they first come: a hash table of places
/// of eight bytes, beside the keys themselves.
template <typename Key>
class KeyNumbers {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  /// For at most `most` keys, fewer than kNone.
  explicit KeyNumbers(size_t most) : places_(PlacesFor(most)) {}

  /// Memory that a table for at most `most` keys takes before the first.
  static int64_t BytesFor(size_t most) {
    return static_cast<int64_t>(PlacesFor(most) * sizeof(Place));
  }

  /// Takes room for so many keys at once; without, it grows with them.
  void Reserve(size_t keys) { keys_.reserve(keys); }

  /// The number of a key; kNone if it never came.
  uint32_t Find(const Key& key) const { return places_[PlaceOf(key)].number; }

  /// The number of a key, and whether it is new.
  std::pair<uint32_t, bool> Add(const Key& key) {
    Place& place = places_[PlaceOf(key)];
    if (place.number != kNone) return {place.number, false};
    place = {.tag = HashOf(key).tag, .number = static_cast<uint32_t>(keys_.size())};
    keys_.push_back(key);
    return {place.number, true};
  }

  size_t size() const { return keys_.size(); }
  /// Keys for which there is room.
  size_t room() const { return keys_.capacity(); }
  size_t places() const { return places_.size(); }
  /// Memory of the table and the keys, with what they own.
  int64_t bytes() const {
    return static_cast<int64_t>(places_.size() * sizeof(Place)) +
           Owned<std::vector<Key>>::BytesOf(keys_);
  }

 private:
  struct Place {
    uint32_t tag = 0;  ///< Spares most looks at keys that are others.
    uint32_t number = kNone;
  };
  struct Hash {
    size_t place;
    uint32_t tag;
  };

  static size_t PlacesFor(size_t most) {
    return std::bit_ceil(std::max<size_t>(2 * most, 1));
  }

  static Hash HashOf(const Key& key) {
    if constexpr (std::integral<Key>) {
      // Eight neighbours share a line of the cache: rows often come in the order of
      // their keys.
      constexpr size_t kNeighbours = 8;
      const auto number = static_cast<size_t>(key);
      const size_t line = Spread(number / kNeighbours) / kNeighbours * kNeighbours;
      return {line + number % kNeighbours, static_cast<uint32_t>(number)};
    } else {
      const size_t spread = Spread(std::hash<Key>()(key));
      return {spread, static_cast<uint32_t>(spread >> 32U)};
    }
  }

  /// Hashes of numbers are the numbers themselves: what they have in common would crowd.
  static size_t Spread(size_t hash) {
    constexpr uint64_t kGolden = 0x9E3779B97F4A7C15U;
    const uint64_t spread = static_cast<uint64_t>(hash) * kGolden;
    return static_cast<size_t>(spread ^ (spread >> 32U));
  }

  /// The place of `key`, or the free one where it would be.
  size_t PlaceOf(const Key& key) const {
    const size_t mask = places_.size() - 1;
    const Hash hash = HashOf(key);
    for (size_t index = hash.place & mask;; index = (index + 1) & mask) {
      const Place& place = places_[index];
      if (place.number == kNone) return index;
      if (place.tag == hash.tag && keys_[place.number] == key) return index;
    }
  }

  std::vector<Place> places_;  // A power of two of them, at most half taken.
  std::vector<Key> keys_;
};

}  // namespace carmilla::internal
