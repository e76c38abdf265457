#pragma once

#include <compare>
#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

#include "carmilla/value_error.h"

namespace carmilla {

/// PostgreSQL's bytea: a view of any bytes, which somebody else owns (the batch that a
/// row came in, a look-up, `context.Text`). Ordered by the bytes, as in PostgreSQL.
class Bytes {
 public:
  /// No bytes.
  constexpr Bytes() = default;
  constexpr explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  /// Refuses a string that is about to die, with a sentence.
  template <typename T>
    requires std::same_as<std::remove_const_t<T>, std::string>
  constexpr explicit Bytes(T&& /*text*/) {
    static_assert(internal::kNever<T>,
                  "these Bytes would view a string that is about to die: keep it with "
                  "context.Text(...)");
  }

  constexpr std::string_view view() const { return bytes_; }
  constexpr size_t size() const { return bytes_.size(); }

  /// `\x68656c6c6f`, as PostgreSQL prints it.
  std::string ToString() const;

  constexpr auto operator<=>(const Bytes&) const = default;

 private:
  std::string_view bytes_;
};

}  // namespace carmilla

template <>
struct std::hash<carmilla::Bytes> {
  size_t operator()(carmilla::Bytes bytes) const {
    return std::hash<std::string_view>()(bytes.view());
  }
};
