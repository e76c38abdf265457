#include "core/quantity.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "core/error.h"

namespace carmilla {
namespace {

struct Unit {
  std::string_view name;
  int64_t bytes;
};

constexpr std::array<Unit, 10> kUnits{{
    {"", 1},
    {"B", 1},
    {"KB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
    {"TB", 1'000'000'000'000},
    {"KiB", int64_t{1} << 10},
    {"MiB", int64_t{1} << 20},
    {"GiB", int64_t{1} << 30},
    {"TiB", int64_t{1} << 40},
}};

// Six decimals of the largest unit still fit int64_t.
constexpr size_t kMaxDecimals = 6;

bool EqualsIgnoringCase(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (size_t i = 0; i < left.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(left[i])) !=
        std::tolower(static_cast<unsigned char>(right[i]))) {
      return false;
    }
  }
  return true;
}

std::string_view TakeDigits(std::string_view* text) {
  size_t size = 0;
  while (size < text->size() && (*text)[size] >= '0' && (*text)[size] <= '9') ++size;
  const std::string_view digits = text->substr(0, size);
  text->remove_prefix(size);
  return digits;
}

const Unit* FindUnit(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (EqualsIgnoringCase(unit.name, name)) return &unit;
  }
  return nullptr;
}

arrow::Status NotASize(std::string_view text) {
  return MakeError(ErrorKind::kConfiguration,
                   "reading a size: not a number of bytes \"" + std::string(text) + "\"",
                   "write a size as 64MiB, 1.5 GiB, 500MB or a plain number of bytes");
}

/// Returns `decimals` / 10^size of one unit, rounded down.
int64_t FractionOf(std::string_view decimals, int64_t unit_bytes) {
  int64_t numerator = 0;
  int64_t denominator = 1;
  for (const char digit : decimals) {
    numerator = numerator * 10 + (digit - '0');
    denominator *= 10;
  }
  return numerator * unit_bytes / denominator;
}

}  // namespace

std::string FormatBytes(int64_t bytes) {
  constexpr std::array<std::string_view, 6> kNames{"KiB", "MiB", "GiB",
                                                   "TiB", "PiB", "EiB"};
  if (bytes > -1024 && bytes < 1024) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes) / 1024;
  size_t name = 0;
  // What would print as 1024.0 belongs to the next unit.
  while (std::abs(value) >= 1023.95 && name + 1 < kNames.size()) {
    value /= 1024;
    ++name;
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.1f ", value);
  return text + std::string(kNames[name]);
}

std::string FormatCount(int64_t count) {
  const std::string plain = std::to_string(count);
  std::string text;
  for (size_t i = 0; i < plain.size(); ++i) {
    const bool follows_digit = i > (count < 0 ? 1U : 0U);
    if (follows_digit && (plain.size() - i) % 3 == 0) text += ',';
    text += plain[i];
  }
  return text;
}

std::string FormatCount(int64_t count, std::string_view noun) {
  return FormatCount(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string FormatDuration(std::chrono::milliseconds duration) {
  const int64_t millis = duration.count();
  if (millis < 1'000) return std::to_string(millis) + " ms";
  char text[48];
  // What would print as 60.0 s, or as 60 s of a minute, belongs to the next form.
  if (millis < 59'950) {
    std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(millis) / 1000);
    return text;
  }
  const int64_t seconds = (millis + 500) / 1000;
  if (seconds < 3'600) {
    std::snprintf(text, sizeof text, "%lld min %02lld s",
                  static_cast<long long>(seconds / 60),
                  static_cast<long long>(seconds % 60));
    return text;
  }
  const int64_t minutes = (seconds + 30) / 60;
  std::snprintf(text, sizeof text, "%lld h %02lld min",
                static_cast<long long>(minutes / 60),
                static_cast<long long>(minutes % 60));
  return text;
}

arrow::Result<int64_t> ParseBytes(std::string_view text) {
  std::string_view rest = text;
  const std::string_view whole_digits = TakeDigits(&rest);
  std::string_view decimals;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    decimals = TakeDigits(&rest);
    if (decimals.empty()) return NotASize(text);
  }
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const Unit* unit = FindUnit(rest);
  if (whole_digits.empty() || unit == nullptr || decimals.size() > kMaxDecimals ||
      (!decimals.empty() && unit->bytes == 1)) {
    return NotASize(text);
  }
  int64_t whole = 0;
  const auto parsed = std::from_chars(whole_digits.begin(), whole_digits.end(), whole);
  int64_t bytes = 0;
  if (parsed.ec != std::errc() || __builtin_mul_overflow(whole, unit->bytes, &bytes) ||
      __builtin_add_overflow(bytes, FractionOf(decimals, unit->bytes), &bytes)) {
    return NotASize(text);
  }
  return bytes;
}

}  // namespace carmilla
