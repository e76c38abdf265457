#include "postgres/network_text.h"

#include <array>
#include <charconv>

#include "postgres/copy_format.h"

namespace carmilla {
namespace {

constexpr int32_t kHeaderBytes = 4;
// PGSQL_AF_INET and PGSQL_AF_INET6 of src/include/utils/inet.h.
constexpr uint8_t kFamily4 = 2;
constexpr uint8_t kFamily6 = 3;
constexpr int kBytes4 = 4;
constexpr int kBytes6 = 16;
constexpr int kNumWords = 8;

char* WriteNumber(unsigned value, int base, char* out) {
  return std::to_chars(out, out + kNetworkTextBytes, value, base).ptr;
}

char* WriteFour(const char* address, char* out) {
  for (int index = 0; index < kBytes4; ++index) {
    if (index > 0) *out++ = '.';
    out = WriteNumber(static_cast<uint8_t>(address[index]), 10, out);
  }
  return out;
}

/// Words that are zero, behind each other.
struct ZeroRun {
  int begin = -1;
  int length = 0;
};

using Words = std::array<uint16_t, kNumWords>;

/// The first of the longest runs; of at least two words, or none.
ZeroRun LongestRun(const Words& words) {
  ZeroRun longest;
  ZeroRun run;
  for (int index = 0; index < kNumWords; ++index) {
    if (words[static_cast<size_t>(index)] != 0) {
      run = {};
      continue;
    }
    if (run.length++ == 0) run.begin = index;
    if (run.length > longest.length) longest = run;
  }
  return longest.length < 2 ? ZeroRun() : longest;
}

/// Whether PostgreSQL prints the last four bytes as an address of IPv4.
bool EndsAsFour(const Words& words, const ZeroRun& run) {
  if (run.begin != 0) return false;
  return run.length == 6 || (run.length == 7 && words[7] != 1) ||
         (run.length == 5 && words[5] == 0xffff);
}

char* WriteSix(const char* address, char* out) {
  Words words;
  for (size_t index = 0; index < words.size(); ++index) {
    words[index] = LoadUint16(address + 2 * index);
  }
  const ZeroRun run = LongestRun(words);
  const int run_end = run.begin + run.length;
  for (int index = 0; index < kNumWords; ++index) {
    if (run.begin >= 0 && index >= run.begin && index < run_end) {
      if (index == run.begin) *out++ = ':';
      continue;
    }
    if (index > 0) *out++ = ':';
    if (index == kNumWords - 2 && EndsAsFour(words, run)) {
      return WriteFour(address + kBytes6 - kBytes4, out);
    }
    out = WriteNumber(words[static_cast<size_t>(index)], 16, out);
  }
  if (run.begin >= 0 && run_end == kNumWords) *out++ = ':';
  return out;
}

}  // namespace

bool IsNetworkAddress(const char* value, int32_t size) {
  if (size < kHeaderBytes) return false;
  const auto family = static_cast<uint8_t>(value[0]);
  const auto mask_bits = static_cast<uint8_t>(value[1]);
  const auto is_cidr = static_cast<uint8_t>(value[2]);
  const auto num_bytes = static_cast<uint8_t>(value[3]);
  if (family != kFamily4 && family != kFamily6) return false;
  const int wanted = family == kFamily4 ? kBytes4 : kBytes6;
  return num_bytes == wanted && size == kHeaderBytes + wanted &&
         mask_bits <= 8 * wanted && is_cidr <= 1;
}

int32_t WriteNetworkAddress(const char* value, char* out) {
  const bool is_four = static_cast<uint8_t>(value[0]) == kFamily4;
  const auto mask_bits = static_cast<uint8_t>(value[1]);
  const bool is_cidr = value[2] != 0;
  const char* const address = value + kHeaderBytes;
  char* end = is_four ? WriteFour(address, out) : WriteSix(address, out);
  if (is_cidr || mask_bits != 8 * (is_four ? kBytes4 : kBytes6)) {
    *end++ = '/';
    end = WriteNumber(mask_bits, 10, end);
  }
  return static_cast<int32_t>(end - out);
}

}  // namespace carmilla
