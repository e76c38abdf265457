#include "columnar/hybrid_encoding.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace carmilla {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr size_t kGroup = 8;

arrow::Status AppendVarint(uint64_t value, arrow::BufferBuilder* out) {
  uint8_t bytes[10];
  int64_t count = 0;
  for (; value >= 0x80; value >>= 7) bytes[count++] = static_cast<uint8_t>(value | 0x80);
  bytes[count++] = static_cast<uint8_t>(value);
  return out->Append(bytes, count);
}

arrow::Status AppendRun(uint32_t code, uint64_t count, int bit_width,
                        arrow::BufferBuilder* out) {
  ARROW_RETURN_NOT_OK(AppendVarint(count << 1, out));
  return out->Append(&code, (bit_width + 7) / 8);
}

/// Packs eight codes into `kBitWidth` bytes; may write up to four bytes more.
template <int kBitWidth, typename Code>
void PackGroup(const Code* codes, uint8_t* out) {
  uint64_t word = 0;
  int used = 0;
#pragma GCC unroll 8
  for (size_t i = 0; i < kGroup; ++i) {
    word |= uint64_t{codes[i]} << used;
    used += kBitWidth;
    if (used < 32) continue;
    std::memcpy(out, &word, sizeof(uint32_t));
    out += sizeof(uint32_t);
    word >>= 32;
    used -= 32;
  }
  std::memcpy(out, &word, sizeof(uint32_t));
}

template <typename Code>
using GroupPacker = void (*)(const Code* codes, uint8_t* out);
template <typename Code>
constexpr auto kPackers =
    []<int... kBitWidths>(std::integer_sequence<int, kBitWidths...>) {
      return std::array<GroupPacker<Code>, sizeof...(kBitWidths)>{
          &PackGroup<kBitWidths, Code>...};
    }(std::make_integer_sequence<int, 8 * sizeof(Code) + 1>());

/// Packs whole groups; the last one is filled up with zeros.
template <typename Code>
arrow::Status AppendPacked(std::span<const Code> codes, int bit_width,
                           arrow::BufferBuilder* out) {
  if (codes.empty()) return arrow::Status::OK();
  const uint64_t groups = (codes.size() + kGroup - 1) / kGroup;
  ARROW_RETURN_NOT_OK(AppendVarint(groups << 1 | 1, out));
  const auto bytes = static_cast<int64_t>(groups) * bit_width;
  ARROW_RETURN_NOT_OK(out->Reserve(bytes + int64_t{sizeof(uint32_t)}));
  uint8_t* next = out->mutable_data() + out->length();
  const auto pack = kPackers<Code>.at(static_cast<size_t>(bit_width));
  const size_t whole = codes.size() / kGroup * kGroup;
  for (size_t at = 0; at < whole; at += kGroup, next += bit_width) pack(&codes[at], next);
  if (whole < codes.size()) {
    std::array<Code, kGroup> last{};
    std::ranges::copy(codes.subspan(whole), last.begin());
    pack(last.data(), next);
  }
  out->UnsafeAdvance(bytes);
  return arrow::Status::OK();
}

bool IsRun(std::span<const uint32_t> codes, size_t at) {
  if (codes.size() - at < kGroup) return false;
  for (size_t i = 1; i < kGroup; ++i) {
    if (codes[at + i] != codes[at]) return false;
  }
  return true;
}

bool IsRun(std::span<const uint8_t> levels, size_t at) {
  if (levels.size() - at < kGroup) return false;
  uint64_t group;
  std::memcpy(&group, levels.data() + at, sizeof group);
  return group == uint64_t{levels[at]} * 0x0101010101010101U;
}

template <typename Code>
arrow::Status AppendRunsAndGroups(std::span<const Code> codes, int bit_width,
                                  arrow::BufferBuilder* out) {
  size_t packed_from = 0;
  size_t at = 0;
  while (at < codes.size()) {
    if (!IsRun(codes, at)) {
      at += kGroup;
      continue;
    }
    ARROW_RETURN_NOT_OK(
        AppendPacked(codes.subspan(packed_from, at - packed_from), bit_width, out));
    const size_t begin = at;
    while (IsRun(codes, at) && codes[at] == codes[begin]) at += kGroup;
    while (at < codes.size() && codes[at] == codes[begin]) ++at;
    ARROW_RETURN_NOT_OK(AppendRun(codes[begin], at - begin, bit_width, out));
    packed_from = at;
  }
  return AppendPacked(codes.subspan(packed_from), bit_width, out);
}

}  // namespace

arrow::Status AppendHybrid(std::span<const uint32_t> codes, int bit_width,
                           arrow::BufferBuilder* out) {
  return AppendRunsAndGroups(codes, bit_width, out);
}

arrow::Status AppendHybrid(std::span<const uint8_t> levels, int bit_width,
                           arrow::BufferBuilder* out) {
  return AppendRunsAndGroups(levels, bit_width, out);
}

arrow::Status AppendValidity(const uint8_t* validity, int64_t rows, int64_t nulls,
                             arrow::BufferBuilder* out) {
  const auto count = static_cast<uint64_t>(rows);
  if (nulls == 0 || nulls == rows) return AppendRun(nulls == 0 ? 1 : 0, count, 1, out);
  // Bit-packed with a width of one, levels are the bitmap itself.
  const uint64_t groups = (count + kGroup - 1) / kGroup;
  ARROW_RETURN_NOT_OK(AppendVarint(groups << 1 | 1, out));
  return out->Append(validity, static_cast<int64_t>(groups));
}

}  // namespace carmilla
