#include "columnar/hybrid_encoding.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "columnar/bit_packing.h"

namespace carmilla {
namespace {

arrow::Status AppendVarint(uint64_t value, arrow::BufferBuilder* out) {
  uint8_t bytes[kLongestVarint];
  return out->Append(bytes, WriteVarint(value, bytes) - bytes);
}

arrow::Status AppendRun(uint32_t code, uint64_t count, int bit_width,
                        arrow::BufferBuilder* out) {
  ARROW_RETURN_NOT_OK(AppendVarint(count << 1, out));
  return out->Append(&code, (bit_width + 7) / 8);
}

/// Packs whole groups; the last one is filled up with zeros.
template <typename Code>
arrow::Status AppendPacked(std::span<const Code> codes, int bit_width,
                           arrow::BufferBuilder* out) {
  if (codes.empty()) return arrow::Status::OK();
  const uint64_t groups = (codes.size() + kPackedGroup - 1) / kPackedGroup;
  ARROW_RETURN_NOT_OK(AppendVarint(groups << 1 | 1, out));
  const auto bytes = static_cast<int64_t>(groups) * bit_width;
  ARROW_RETURN_NOT_OK(out->Reserve(bytes + kPackingSlack<Code>));
  uint8_t* const begin = out->mutable_data() + out->length();
  const auto pack = kGroupPackers<Code>.at(static_cast<size_t>(bit_width));
  const size_t whole = codes.size() / kPackedGroup;
  pack(codes.data(), whole, begin);
  if (whole < groups) {
    std::array<Code, kPackedGroup> last{};
    std::ranges::copy(codes.subspan(whole * kPackedGroup), last.begin());
    pack(last.data(), 1, begin + whole * static_cast<size_t>(bit_width));
  }
  out->UnsafeAdvance(bytes);
  return arrow::Status::OK();
}

bool IsRun(std::span<const uint32_t> codes, size_t at) {
  if (codes.size() - at < kPackedGroup) return false;
  for (size_t i = 1; i < kPackedGroup; ++i) {
    if (codes[at + i] != codes[at]) return false;
  }
  return true;
}

bool IsRun(std::span<const uint8_t> levels, size_t at) {
  if (levels.size() - at < kPackedGroup) return false;
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
      at += kPackedGroup;
      continue;
    }
    ARROW_RETURN_NOT_OK(
        AppendPacked(codes.subspan(packed_from, at - packed_from), bit_width, out));
    const size_t begin = at;
    while (IsRun(codes, at) && codes[at] == codes[begin]) at += kPackedGroup;
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
  const uint64_t groups = (count + kPackedGroup - 1) / kPackedGroup;
  ARROW_RETURN_NOT_OK(AppendVarint(groups << 1 | 1, out));
  return out->Append(validity, static_cast<int64_t>(groups));
}

}  // namespace carmilla
