#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "carmilla/index.h"

namespace carmilla {

/// Rows in memory, with what they view. A value, cheaply copied; reading is safe from any
/// thread.
template <typename T>
class Table {
 public:
  /// Rows, and what they view.
  struct Data {
    std::vector<T> rows;
    std::vector<std::shared_ptr<const void>> viewed;
  };

  explicit Table(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  size_t size() const { return data_->rows.size(); }
  bool empty() const { return data_->rows.empty(); }
  const T& operator[](size_t index) const { return data_->rows[index]; }
  auto begin() const { return data_->rows.begin(); }
  auto end() const { return data_->rows.end(); }

  /// Finds rows by a key that each has alone: `users.IndexBy(&models::users::id)`, or a
  /// function of a row. Rows whose key is NULL are left out; two rows with one key are
  /// an error.
  template <typename KeyOf>
  auto IndexBy(const KeyOf& key_of) const {
    return MakeIndex(key_of, /*is_unique=*/true);
  }
  /// The same for keys that several rows may have.
  template <typename KeyOf>
  auto IndexByMulti(const KeyOf& key_of) const {
    return MakeIndex(key_of, /*is_unique=*/false);
  }

 private:
  template <typename KeyOf>
  auto MakeIndex(const KeyOf& key_of, bool is_unique) const {
    using Found = std::remove_cvref_t<std::invoke_result_t<const KeyOf&, const T&>>;
    using Key = typename internal::WithoutOptional<Found>::Type;
    return Index<Key, T>::Make(std::span<const T>(data_->rows), key_of, is_unique, data_);
  }

  std::shared_ptr<const Data> data_;
};

}  // namespace carmilla
