#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

#include <arrow/array/data.h>

#include "carmilla/internal/column_reader.h"

namespace carmilla {

/// A PostgreSQL array of one dimension: a view of elements, each of which may be NULL.
/// Lives as long as the row it is a member of.
template <typename T>
class List {
 public:
  class Iterator {
   public:
    using value_type = std::optional<T>;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    Iterator(const List* list, size_t index) : list_(list), index_(index) {}
    std::optional<T> operator*() const { return (*list_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++index_;
      return before;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const List* list_ = nullptr;
    size_t index_ = 0;
  };

  List() = default;
  /// Of a column of elements.
  List(const arrow::ArrayData* elements, int64_t begin, int64_t size)
      : elements_(elements), begin_(begin), size_(static_cast<size_t>(size)) {}

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::optional<T> operator[](size_t index) const {
    return internal::ColumnReader<std::optional<T>>(*elements_)
        .Read(begin_ + static_cast<int64_t>(index));
  }
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size_}; }

 private:
  const arrow::ArrayData* elements_ = nullptr;
  int64_t begin_ = 0;
  size_t size_ = 0;
};

}  // namespace carmilla
