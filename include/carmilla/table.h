#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "carmilla/index.h"
#include "carmilla/internal/kept_memory.h"

namespace carmilla {

/// Rows in memory, with what they view. A value, cheaply copied; reading is safe from any
/// thread. Indexes are made by the thread of the task, and count against its memory.
template <typename T>
class Table {
 public:
  /// Rows, and what they view.
  struct Data {
    std::vector<T> rows;
    std::vector<std::shared_ptr<const void>> viewed;
  };

  /// For Rows; indexes take the memory of `backend`, that of the task.
  Table(std::shared_ptr<const Data> data, internal::Backend* backend)
      : data_(std::move(data)), backend_(backend) {}

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
  using KeyFor = typename internal::WithoutOptional<
      std::remove_cvref_t<std::invoke_result_t<const KeyOf&, const T&>>>::Type;

  template <typename KeyOf>
  auto MakeIndex(const KeyOf& key_of, bool is_unique) const
      -> arrow::Result<Index<KeyFor<KeyOf>, T>> {
    using Made = Index<KeyFor<KeyOf>, T>;
    const auto rows = static_cast<int64_t>(size());
    const int64_t at_once = Made::BytesAtOnce(size());
    ARROW_RETURN_NOT_OK(internal::ReserveForIndex(backend_, at_once, rows));
    auto made = Made::Make(std::span<const T>(data_->rows), key_of, is_unique, data_);
    if (!made.ok()) return made;
    ARROW_RETURN_NOT_OK(
        internal::ReserveForIndex(backend_, made->bytes() - at_once, rows));
    return made;
  }

  std::shared_ptr<const Data> data_;
  internal::Backend* backend_;
};

}  // namespace carmilla
