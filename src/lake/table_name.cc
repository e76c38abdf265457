#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "lake/lake.h"

// The rule of EscapeTableName is written down in docs/formats/lake.md.

namespace carmilla {
namespace {

// With `.parquet` it is still a file name everywhere (255 bytes).
constexpr size_t kLongestTableName = 240;
constexpr std::string_view kHexDigits = "0123456789abcdef";

bool IsUpper(char character) { return character >= 'A' && character <= 'Z'; }

bool IsPlain(char character) {
  return (character >= 'a' && character <= 'z') ||
         (character >= '0' && character <= '9') || character == '_';
}

bool IsHex(std::string_view text) {
  return text.find_first_not_of(kHexDigits) == std::string_view::npos;
}

int HexValue(char digit) { return static_cast<int>(kHexDigits.find(digit)); }

// `<base>_x<mask>` or `<base>_x<mask>_<bytes>`.
struct Escaped {
  std::string_view base;
  std::string_view mask;
  std::string_view bytes;
};

std::optional<Escaped> SplitEscaped(std::string_view name) {
  // No part of the suffix holds an x, so the last one begins it.
  const size_t x = name.rfind('x');
  if (x == std::string_view::npos || x < 2 || name[x - 1] != '_') return std::nullopt;
  Escaped escaped{.base = name.substr(0, x - 1), .mask = name.substr(x + 1), .bytes = ""};
  if (const size_t line = escaped.mask.find('_'); line != std::string_view::npos) {
    escaped.bytes = escaped.mask.substr(line + 1);
    escaped.mask = escaped.mask.substr(0, line);
    if (escaped.bytes.empty() || escaped.bytes.size() % 2 != 0) return std::nullopt;
  }
  if (escaped.mask.empty() || !IsHex(escaped.mask) || !IsHex(escaped.bytes)) {
    return std::nullopt;
  }
  return escaped;
}

bool StaysAsItIs(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, IsPlain) && name.front() != '_' &&
         !SplitEscaped(name).has_value();
}

// Bit i of the number is changed[i]; no leading zeros.
std::string MaskText(const std::vector<bool>& changed) {
  std::string text;
  for (size_t first = 0; first < changed.size(); first += 4) {
    size_t digit = 0;
    for (size_t bit = 0; bit < 4 && first + bit < changed.size(); ++bit) {
      if (changed[first + bit]) digit |= size_t{1} << bit;
    }
    text += kHexDigits[digit];
  }
  while (text.size() > 1 && text.back() == '0') text.pop_back();
  std::ranges::reverse(text);
  return text.empty() ? "0" : text;
}

bool HasBit(std::string_view mask, size_t position) {
  if (position / 4 >= mask.size()) return false;
  const int digit = HexValue(mask[mask.size() - 1 - position / 4]);
  return ((static_cast<size_t>(digit) >> (position % 4)) & 1) != 0;
}

}  // namespace

arrow::Status Lake::CheckTableName(std::string_view name) {
  constexpr std::string_view kRule =
      "use lower-case letters, digits and underscores, a letter or digit first; set "
      "`as:`";
  std::string_view problem;
  if (name.empty()) {
    problem = "it is empty";
  } else if (name.size() > kLongestTableName) {
    problem = "it is longer than 240 characters";
  } else if (!std::ranges::all_of(name, IsPlain)) {
    problem = "it has a character that folders, Athena and SQL do not all allow";
  } else if (name.front() == '_') {
    problem = "it begins with an underscore, which hides it from Athena";
  }
  if (problem.empty()) return arrow::Status::OK();
  return MakeError(ErrorKind::kConfiguration,
                   "checking the name of a table: " + std::string(problem) + ": \"" +
                       std::string(name) + "\"",
                   std::string(kRule));
}

std::string Lake::EscapeTableName(std::string_view postgres_name) {
  if (StaysAsItIs(postgres_name)) return std::string(postgres_name);
  std::string base;
  std::string bytes;
  std::vector<bool> changed;
  for (const char character : postgres_name) {
    const bool is_first = base.empty();
    // An upper-case X is written out: a changed `x` stands for any first character.
    const bool is_letter_kept = IsUpper(character) && character != 'X';
    const bool is_kept = IsPlain(character) && (!is_first || character != '_');
    changed.push_back(!is_kept);
    if (is_kept) {
      base += character;
    } else if (is_letter_kept) {
      base += static_cast<char>(character - 'A' + 'a');
    } else {
      base += is_first || character == 'X' ? 'x' : '_';
      bytes += kHexDigits[static_cast<uint8_t>(character) >> 4];
      bytes += kHexDigits[static_cast<uint8_t>(character) & 15];
    }
  }
  if (base.empty()) base = "x";
  return base + "_x" + MaskText(changed) + (bytes.empty() ? "" : "_" + bytes);
}

std::optional<std::string> Lake::UnescapeTableName(std::string_view table_name) {
  if (StaysAsItIs(table_name)) return std::string(table_name);
  const std::optional<Escaped> escaped = SplitEscaped(table_name);
  if (!escaped.has_value()) return std::nullopt;
  std::string name(escaped->base);
  std::string_view bytes = escaped->bytes;
  for (size_t i = 0; i < name.size(); ++i) {
    if (!HasBit(escaped->mask, i)) continue;
    if (name[i] == 'x' || name[i] == '_') {
      if (bytes.empty()) return std::nullopt;
      name[i] = static_cast<char>(HexValue(bytes[0]) * 16 + HexValue(bytes[1]));
      bytes.remove_prefix(2);
    } else {
      name[i] = static_cast<char>(name[i] - 'a' + 'A');
    }
  }
  // Only what EscapeTableName itself makes: no mask beyond the end, no byte too many.
  if (EscapeTableName(name) != table_name) return std::nullopt;
  return name;
}

}  // namespace carmilla
