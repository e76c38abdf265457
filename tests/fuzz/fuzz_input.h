#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace carmilla {

/// The bytes of one input, taken from the front. Where they end, everything is zero or
/// empty, so that any bytes are an input.
class FuzzInput {
 public:
  FuzzInput(const uint8_t* data, size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  bool is_empty() const { return rest_.empty(); }

  /// Big-endian, as in a copy.
  uint64_t Number(int bytes) {
    uint64_t number = 0;
    for (const char byte : Bytes(static_cast<size_t>(bytes))) {
      number = number << 8 | static_cast<uint8_t>(byte);
    }
    return number;
  }

  /// At most so many bytes.
  std::string Bytes(size_t most) {
    const std::string_view taken = rest_.substr(0, std::min(most, rest_.size()));
    rest_.remove_prefix(taken.size());
    return std::string(taken);
  }

  /// As many bytes as the two in front of them say.
  std::string Piece() { return Bytes(static_cast<size_t>(Number(2))); }

  std::string Rest() { return Bytes(rest_.size()); }

 private:
  std::string_view rest_;
};

/// Stops the program, as a fuzzer wants it, when what must hold does not.
inline void Require(bool holds, std::string_view claim, const std::string& seen = "") {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\n%s\n", static_cast<int>(claim.size()),
               claim.data(), seen.c_str());
  std::abort();
}

}  // namespace carmilla
