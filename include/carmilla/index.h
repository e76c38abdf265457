#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "carmilla/internal/key_numbers.h"
#include "carmilla/internal/owned_bytes.h"

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
  template <typename Asked>
  const T* Find(const Asked& key) const {
    const std::span<const T* const> found = FindAll(key);
    return found.empty() ? nullptr : found.front();
  }
  template <typename Asked>
  const T* Find(const std::optional<Asked>& key) const {
    return key.has_value() ? Find(*key) : nullptr;
  }

  /// All rows with this key, in the order of the table. Integers of other widths are
  /// compared by their values.
  template <std::integral Asked>
    requires(std::integral<Key> && !std::same_as<Asked, Key>)
  std::span<const T* const> FindAll(Asked key) const {
    if (!std::in_range<Key>(key)) return {};
    return FindAll(static_cast<Key>(key));
  }
  template <std::floating_point Asked>
    requires std::integral<Key>
  std::span<const T* const> FindAll(Asked key) const = delete;
  std::span<const T* const> FindAll(const Key& key) const {
    const uint32_t number = data_->keys.Find(key);
    if (number == Keys::kNone) return {};
    const size_t begin = data_->begins[number];
    return {data_->rows.data() + begin, data_->begins[number + 1] - begin};
  }

  /// Rows that have a key.
  size_t size() const { return data_->rows.size(); }

  /// Memory of the index, without the table's; and what of it an index of so many rows
  /// takes at once.
  int64_t bytes() const { return data_->bytes(); }
  static int64_t BytesAtOnce(size_t rows) { return Keys::BytesFor(rows); }

  /// Of the rows of a table that `keeps` keeps; rows without a key are left out. Wanted
  /// unique, two rows with one key are an error.
  template <typename KeyOf>
  static arrow::Result<Index> Make(std::span<const T> rows, const KeyOf& key_of,
                                   bool is_unique, std::shared_ptr<const void> keeps) {
    auto data = std::make_shared<Data>(rows.size());
    data->keeps = std::move(keeps);
    if (is_unique) data->keys.Reserve(rows.size());  // Else there may be few.
    std::vector<uint32_t> numbers;                   // Of the rows' keys.
    numbers.reserve(rows.size());
    for (const T& row : rows) {
      const std::optional<Key> key = std::invoke(key_of, row);
      const auto [number, is_new] =
          key.has_value() ? data->keys.Add(*key) : std::pair(Keys::kNone, true);
      if (is_unique && !is_new) return internal::DuplicateKey(rows.size());
      numbers.push_back(number);
    }
    data->Place(rows, numbers);
    return Index(std::move(data));
  }

 private:
  using Keys = internal::KeyNumbers<Key>;

  struct Data {
    explicit Data(size_t most) : keys(most) {}

    /// Lets rows with one key stand together.
    void Place(std::span<const T> table, std::span<const uint32_t> numbers) {
      begins.assign(keys.size() + 1, 0);
      for (const uint32_t number : numbers) {
        if (number != Keys::kNone) ++begins[number + 1];
      }
      std::partial_sum(begins.begin(), begins.end(), begins.begin());
      rows.resize(begins.back());
      std::vector<uint32_t> next(begins.begin(), begins.end() - 1);
      for (size_t row = 0; row < table.size(); ++row) {
        if (numbers[row] != Keys::kNone) rows[next[numbers[row]]++] = &table[row];
      }
    }

    int64_t bytes() const {
      return keys.bytes() + internal::Owned<std::vector<uint32_t>>::BytesOf(begins) +
             static_cast<int64_t>(rows.capacity() * sizeof(const T*));
    }

    Keys keys;
    std::vector<uint32_t> begins;  ///< Of each key's rows, and the end of the last.
    std::vector<const T*> rows;
    std::shared_ptr<const void> keeps;
  };

  explicit Index(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  std::shared_ptr<const Data> data_;
};

}  // namespace carmilla
