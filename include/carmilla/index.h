#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "carmilla/internal/row_reader.h"

namespace carmilla {
namespace internal {

/// kTask: two rows have one key. The message tells neither.
arrow::Status DuplicateKey(size_t rows);

}  // namespace internal

/// Finds rows of a table by a key, in constant time. Keeps the table; a value, cheaply
/// copied. Reading is safe from any thread.
template <typename Key, typename T>
class Index {
 public:
  /// The first row with this key; null if there is none, or no key.
  const T* Find(const Key& key) const {
    const std::span<const T* const> found = FindAll(key);
    return found.empty() ? nullptr : found.front();
  }
  template <std::same_as<std::optional<Key>> Optional>
  const T* Find(const Optional& key) const {
    return key.has_value() ? Find(*key) : nullptr;
  }

  /// All rows with this key, in the order of the table.
  std::span<const T* const> FindAll(const Key& key) const {
    const Entry& entry = data_->entries[PlaceOf(*data_, key)];
    return {data_->rows.data() + entry.first, entry.count};
  }

  /// Rows that have a key.
  size_t size() const { return data_->rows.size(); }

  /// Of the rows of a table that `keeps` keeps; rows without a key are left out. Wanted
  /// unique, two rows with one key are an error.
  template <typename KeyOf>
  static arrow::Result<Index> Make(std::span<const T> rows, const KeyOf& key_of,
                                   bool is_unique, std::shared_ptr<const void> keeps) {
    auto data = std::make_shared<Data>();
    data->keeps = std::move(keeps);
    data->entries.resize(std::bit_ceil(2 * rows.size() + 1));
    uint32_t num_keyed = 0;
    for (const T& row : rows) {
      const std::optional<Key> key = std::invoke(key_of, row);
      if (!key.has_value()) continue;
      Entry& entry = data->entries[PlaceOf(*data, *key)];
      if (is_unique && entry.count > 0) return internal::DuplicateKey(rows.size());
      entry.key = *key;
      ++entry.count;
      ++num_keyed;
    }
    data->rows.resize(num_keyed);
    uint32_t next = 0;
    for (Entry& entry : data->entries) {
      entry.first = next;
      next += entry.count;
      entry.filled = 0;
    }
    for (const T& row : rows) {
      const std::optional<Key> key = std::invoke(key_of, row);
      if (!key.has_value()) continue;
      Entry& entry = data->entries[PlaceOf(*data, *key)];
      data->rows[entry.first + entry.filled++] = &row;
    }
    return Index(std::move(data));
  }

 private:
  /// Rows with one key stand together in Data::rows.
  struct Entry {
    Key key{};
    uint32_t first = 0;
    uint32_t count = 0;  ///< 0: free.
    uint32_t filled = 0;
  };
  struct Data {
    std::vector<const T*> rows;
    std::vector<Entry> entries;  ///< A power of two of them, at most half taken.
    std::shared_ptr<const void> keeps;
  };

  explicit Index(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  /// The place of `key`, or the free one where it would be.
  static size_t PlaceOf(const Data& data, const Key& key) {
    const size_t mask = data.entries.size() - 1;
    size_t place = Spread(std::hash<Key>()(key)) & mask;
    while (data.entries[place].count > 0 && !(data.entries[place].key == key)) {
      place = (place + 1) & mask;
    }
    return place;
  }
  /// Hashes of numbers are the numbers themselves: neighbours would crowd.
  static size_t Spread(size_t hash) {
    constexpr uint64_t kGolden = 0x9E3779B97F4A7C15U;
    const uint64_t spread = static_cast<uint64_t>(hash) * kGolden;
    return static_cast<size_t>(spread ^ (spread >> 32U));
  }

  std::shared_ptr<const Data> data_;
};

}  // namespace carmilla
