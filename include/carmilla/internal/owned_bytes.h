#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "carmilla/internal/row_reader.h"

namespace carmilla::internal {

/// Memory that a value owns besides itself, such as a long std::string's. What a view
/// views is not its own, and what a struct holds in members that nobody told of is not
/// seen.
template <typename T>
struct Owned {
  static constexpr bool kIsPossible = false;
  static int64_t BytesOf(const T& /*value*/) { return 0; }
};

template <>
struct Owned<std::string> {
  static constexpr bool kIsPossible = true;
  static int64_t BytesOf(const std::string& value) {
    static const size_t kInside = std::string().capacity();
    return value.capacity() <= kInside ? 0 : static_cast<int64_t>(value.capacity()) + 1;
  }
};

template <typename T>
struct Owned<std::optional<T>> {
  static constexpr bool kIsPossible = Owned<T>::kIsPossible;
  static int64_t BytesOf(const std::optional<T>& value) {
    return value.has_value() ? Owned<T>::BytesOf(*value) : 0;
  }
};

template <typename T>
struct Owned<std::vector<T>> {
  static constexpr bool kIsPossible = true;
  static int64_t BytesOf(const std::vector<T>& values) {
    auto bytes = static_cast<int64_t>(values.capacity() * sizeof(T));
    if constexpr (Owned<T>::kIsPossible) {
      for (const T& value : values) bytes += Owned<T>::BytesOf(value);
    }
    return bytes;
  }
};

/// Of a model or a record: what its members own.
template <typename T>
  requires(Model<T> || Record<T>)
struct Owned<T> {
  static constexpr bool kIsPossible = [] {
    bool is_possible = false;
    VisitNamedMembers<T>([&]<typename M>(M, std::string_view) {
      is_possible = is_possible || Owned<typename M::Type>::kIsPossible;
    });
    return is_possible;
  }();
  static int64_t BytesOf(const T& row) {
    int64_t bytes = 0;
    VisitNamedMembers<T>([&]<typename M>(M, std::string_view) {
      bytes += Owned<typename M::Type>::BytesOf(M::Of(row));
    });
    return bytes;
  }
};

/// Memory of rows in a vector, with what they own.
template <typename T>
int64_t BytesOfRows(const std::vector<T>& rows) {
  auto bytes = static_cast<int64_t>(rows.size() * sizeof(T));
  if constexpr (Owned<T>::kIsPossible) {
    for (const T& row : rows) bytes += Owned<T>::BytesOf(row);
  }
  return bytes;
}

}  // namespace carmilla::internal
