#include "core/crc32c.h"

#include <array>
#include <cstring>

#include "core/crc32c_table.h"

#ifdef __x86_64__
#include <nmmintrin.h>
#endif

namespace carmilla {
namespace {

// The Castagnoli polynomial with its bits reversed.
constexpr uint32_t kPolynomial = 0x82F63B78;

constexpr std::array<uint32_t, 256> MakeTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? (crc >> 1) ^ kPolynomial : crc >> 1;
    }
    table[byte] = crc;
  }
  return table;
}

constexpr std::array<uint32_t, 256> kTable = MakeTable();

#ifdef __x86_64__
__attribute__((target("sse4.2"))) uint32_t ExtendByProcessor(uint32_t crc,
                                                             const void* data,
                                                             size_t size) {
  const auto* next = static_cast<const unsigned char*>(data);
  uint64_t state = ~crc;
  for (; size >= sizeof(uint64_t); size -= sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, next, sizeof word);
    state = _mm_crc32_u64(state, word);
    next += sizeof word;
  }
  auto tail = static_cast<uint32_t>(state);
  for (; size > 0; --size) tail = _mm_crc32_u8(tail, *next++);
  return ~tail;
}
#endif

using Extend = uint32_t (*)(uint32_t, const void*, size_t);

Extend ChooseExtend() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("sse4.2")) return ExtendByProcessor;
#endif
  return internal::ExtendCrc32cByTable;
}

}  // namespace

uint32_t internal::ExtendCrc32cByTable(uint32_t crc, const void* data, size_t size) {
  const auto* next = static_cast<const unsigned char*>(data);
  crc = ~crc;
  for (; size > 0; --size) crc = kTable[(crc ^ *next++) & 0xFF] ^ (crc >> 8);
  return ~crc;
}

uint32_t ExtendCrc32c(uint32_t crc, const void* data, size_t size) {
  static const Extend extend = ChooseExtend();
  return extend(crc, data, size);
}

}  // namespace carmilla
