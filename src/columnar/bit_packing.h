#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "columnar/value_dictionary.h"

namespace carmilla {

static_assert(std::endian::native == std::endian::little);

/// Codes that are packed together, so that they end where a byte does.
inline constexpr size_t kPackedGroup = 8;

/// What packing may write behind its end.
template <typename Code>
inline constexpr int64_t kPackingSlack = sizeof(Code) <= 4 ? 4 : 8;

/// Packs `groups` groups of codes below 2^kBitWidth, least significant bit first, into
/// kBitWidth bytes each; may write kPackingSlack more.
template <int kBitWidth, typename Code>
void PackGroups(const Code* codes, size_t groups, uint8_t* out) {
  using Half = std::conditional_t<sizeof(Code) <= 4, uint32_t, uint64_t>;
  using Word = std::conditional_t<sizeof(Code) <= 4, uint64_t, Wide>;
  constexpr int kHalfBits = 8 * sizeof(Half);
  for (; groups > 0; --groups, codes += kPackedGroup, out += kBitWidth) {
    Word word = 0;
    int used = 0;
    uint8_t* next = out;
#pragma GCC unroll 8
    for (size_t i = 0; i < kPackedGroup; ++i) {
      word |= Word{codes[i]} << used;
      used += kBitWidth;
      if (used < kHalfBits) continue;
      const auto half = static_cast<Half>(word);
      std::memcpy(next, &half, sizeof half);
      next += sizeof half;
      word >>= kHalfBits;
      used -= kHalfBits;
    }
    const auto half = static_cast<Half>(word);
    std::memcpy(next, &half, sizeof half);
  }
}

template <typename Code>
using GroupPacker = void (*)(const Code* codes, size_t groups, uint8_t* out);

/// PackGroups by the width of the codes, from 0 to all of their bits.
template <typename Code>
inline constexpr auto kGroupPackers =
    []<int... kBitWidths>(std::integer_sequence<int, kBitWidths...>) {
      return std::array<GroupPacker<Code>, sizeof...(kBitWidths)>{
          &PackGroups<kBitWidths, Code>...};
    }(std::make_integer_sequence<int, 8 * sizeof(Code) + 1>());

/// Bytes of the longest number that WriteVarint writes.
inline constexpr int kLongestVarint = 10;

/// Writes `value`, seven bits to a byte, the lowest first (LEB128); returns the end.
inline uint8_t* WriteVarint(uint64_t value, uint8_t* out) {
  for (; value >= 0x80; value >>= 7) *out++ = static_cast<uint8_t>(value | 0x80);
  *out++ = static_cast<uint8_t>(value);
  return out;
}

}  // namespace carmilla
