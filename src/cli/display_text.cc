#include "cli/display_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/error.h"

namespace carmilla {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

struct CodePointRange {
  uint32_t first;
  uint32_t last;
};

// Combining marks and invisible characters that stand in names and texts of real data.
constexpr std::array<CodePointRange, 8> kZeroWidth = {{{0x0300, 0x036F},
                                                       {0x0483, 0x0489},
                                                       {0x0591, 0x05BD},
                                                       {0x064B, 0x065F},
                                                       {0x200B, 0x200F},
                                                       {0x20D0, 0x20FF},
                                                       {0xFE00, 0xFE0F},
                                                       {0xFE20, 0xFE2F}}};

// East Asian wide and full-width characters, and emoji.
constexpr std::array<CodePointRange, 11> kDoubleWidth = {{{0x1100, 0x115F},
                                                          {0x2E80, 0x303E},
                                                          {0x3041, 0xA4CF},
                                                          {0xA960, 0xA97C},
                                                          {0xAC00, 0xD7A3},
                                                          {0xF900, 0xFAFF},
                                                          {0xFE30, 0xFE6F},
                                                          {0xFF00, 0xFF60},
                                                          {0xFFE0, 0xFFE6},
                                                          {0x1F300, 0x1FAFF},
                                                          {0x20000, 0x3FFFD}}};

bool IsIn(uint32_t code_point, const auto& ranges) {
  return std::ranges::any_of(ranges, [&](const CodePointRange& range) {
    return range.first <= code_point && code_point <= range.last;
  });
}

/// Whether every byte is a character of one column that needs no escape; the usual case.
bool IsPlain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

int WidthOf(uint32_t code_point) {
  if (code_point < 0x0300) return 1;
  if (IsIn(code_point, kZeroWidth)) return 0;
  return IsIn(code_point, kDoubleWidth) ? 2 : 1;
}

/// Returns the bytes that a character with this first byte has, 0 if none begins so.
size_t LengthOf(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

/// Decodes the character of `length` bytes at the front; false if it is no UTF-8.
bool Decode(std::string_view text, size_t length, uint32_t* code_point) {
  constexpr std::array<uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  if (length == 0 || text.size() < length) return false;
  const auto first = static_cast<unsigned char>(text.front());
  *code_point = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80) return false;
    *code_point = *code_point << 6 | (byte & 0x3FU);
  }
  const bool is_surrogate = *code_point >= 0xD800 && *code_point <= 0xDFFF;
  return *code_point >= kSmallest[length] && *code_point <= 0x10FFFF && !is_surrogate;
}

}  // namespace

DisplayCharacter TakeCharacter(std::string_view* text) {
  const size_t length = LengthOf(static_cast<unsigned char>(text->front()));
  uint32_t code_point = 0;
  if (!Decode(*text, length, &code_point)) {
    text->remove_prefix(1);
    return {.bytes = kReplacement, .width = 1};
  }
  const DisplayCharacter character = {.bytes = text->substr(0, length),
                                      .width = WidthOf(code_point)};
  text->remove_prefix(length);
  return character;
}

size_t DisplayWidth(std::string_view text) {
  if (IsPlain(text)) return text.size();
  size_t width = 0;
  while (!text.empty()) width += static_cast<size_t>(TakeCharacter(&text).width);
  return width;
}

std::string DisplayText(std::string_view text) {
  if (IsPlain(text)) return std::string(text);
  std::string shown;
  while (!text.empty()) {
    const std::string_view bytes = TakeCharacter(&text).bytes;
    if (bytes == "\n") {
      shown += "\\n";
    } else if (bytes == "\t") {
      shown += "\\t";
    } else if (bytes == "\r") {
      shown += "\\r";
    } else {
      shown += bytes;
    }
  }
  return EscapeControlCharacters(shown);
}

std::string TruncateToWidth(std::string_view text, size_t width) {
  if (text.size() <= width || DisplayWidth(text) <= width) return std::string(text);
  std::string cut;
  size_t used = 1;  // The ellipsis.
  while (!text.empty()) {
    const DisplayCharacter character = TakeCharacter(&text);
    used += static_cast<size_t>(character.width);
    if (used > width) break;
    cut += character.bytes;
  }
  return cut.append(kEllipsis);
}

}  // namespace carmilla
