#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace carmilla {

/// Takes a text apart from its beginning.
struct TextScanner {
  std::string_view rest;

  bool IsAtEnd() const { return rest.empty(); }

  bool Take(std::string_view wanted) {
    if (!rest.starts_with(wanted)) return false;
    rest.remove_prefix(wanted.size());
    return true;
  }

  /// Takes all digits that follow; nothing if they are fewer than `least` or more than
  /// `most`, which is at most 18.
  std::optional<int64_t> TakeNumber(size_t least, size_t most) {
    size_t count = 0;
    int64_t number = 0;
    while (count < rest.size() && rest[count] >= '0' && rest[count] <= '9') {
      if (++count > most) return std::nullopt;
      number = number * 10 + (rest[count - 1] - '0');
    }
    if (count < least) return std::nullopt;
    rest.remove_prefix(count);
    return number;
  }

  /// Takes `.5` as 500000 millionths; 0 when no point follows.
  std::optional<int64_t> TakeMillionths() {
    if (!Take(".")) return 0;
    const size_t before = rest.size();
    std::optional<int64_t> number = TakeNumber(1, 6);
    if (!number.has_value()) return std::nullopt;
    for (size_t digits = before - rest.size(); digits < 6; ++digits) *number *= 10;
    return number;
  }
};

}  // namespace carmilla
