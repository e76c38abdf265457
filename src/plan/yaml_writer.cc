#include "plan/yaml_writer.h"

#include <arrow/util/utf8.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include "core/error.h"
#include "core/letter_case.h"
#include "plan/scalar_reference.h"

namespace carmilla {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool IsUtf8(std::string_view text) {
  arrow::util::InitializeUTF8();
  return arrow::util::ValidateUTF8(reinterpret_cast<const uint8_t*>(text.data()),
                                   static_cast<int64_t>(text.size()));
}

bool IsWordByte(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return std::isalnum(code) != 0 || byte == '_' || code >= 0x80;
}

/// Returns the code point of three bytes that begin `text`, or 0.
uint32_t CodePointOfThree(std::string_view text) {
  const auto bits = [&](size_t i, uint8_t mask) {
    return static_cast<uint32_t>(static_cast<uint8_t>(text[i]) & mask);
  };
  if (text.size() < 3 || bits(0, 0xF0) != 0xE0) return 0;
  return bits(0, 0x0F) << 12 | bits(1, 0x3F) << 6 | bits(2, 0x3F);
}

/// Line breaks that are no control characters, and what makes a text look like another:
/// characters without width and those that turn the direction of writing.
bool IsHidden(uint32_t code) {
  return (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

/// Returns `\u2028` for a hidden character that begins `text`, or "".
std::string EscapeHidden(std::string_view text) {
  const uint32_t code = CodePointOfThree(text);
  if (!IsHidden(code)) return "";
  std::string escape = "\\u";
  for (const int shift : {12, 8, 4, 0}) escape += kHexDigits[(code >> shift) & 15];
  return escape;
}

/// U+0080 to U+009F: control characters of two bytes.
bool IsLatinControl(std::string_view text) {
  return text.size() > 1 && text[0] == '\xC2' &&
         static_cast<unsigned char>(text[1]) < 0xA0;
}

std::string Hex(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return {kHexDigits[code >> 4], kHexDigits[code & 15]};
}

std::string WriteQuoted(std::string_view text) {
  std::string quoted = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const char byte = text[i];
    const std::string_view rest = text.substr(i);
    if (byte == '"' || byte == '\\') {
      quoted += std::string{'\\', byte};
    } else if (byte == '\n') {
      quoted += "\\n";
    } else if (byte == '\t') {
      quoted += "\\t";
    } else if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F) {
      quoted += "\\x" + Hex(byte);
    } else if (const std::string hidden = EscapeHidden(rest); !hidden.empty()) {
      quoted += hidden;
      i += 2;
    } else if (IsLatinControl(rest)) {
      quoted += "\\x" + Hex(rest[1]);
      ++i;
    } else {
      quoted += byte;
    }
  }
  return quoted + '"';
}

/// What YAML 1.1 or 1.2 would take for something else than text.
bool IsReserved(std::string_view text) {
  static constexpr std::array<std::string_view, 9> kWords = {
      "null", "true", "false", "yes", "no", "on", "off", "y", "n"};
  const std::string lower = LowerCase(text);
  return std::ranges::find(kWords, lower) != kWords.end();
}

bool IsPlain(std::string_view text) {
  if (text.empty() || IsReserved(text) || WriteQuoted(text).size() != text.size() + 2) {
    return false;
  }
  const char first = text.front();
  const bool begins_well = (IsWordByte(first) && std::isdigit(first) == 0) ||
                           text.starts_with("./") || first == '/';
  if (!begins_well || text.back() == ' ' || text.back() == ':') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_safe_colon =
        text[i] == ':' && i + 1 < text.size() && IsWordByte(text[i + 1]);
    if (!IsWordByte(text[i]) && !is_safe_colon &&
        std::string_view("./-$* ").find(text[i]) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool IsWritable(std::string_view text) {
  return !text.empty() && IsUtf8(text) && !IsReference(text);
}

std::string WriteScalar(std::string_view text) {
  return IsPlain(text) ? std::string(text) : WriteQuoted(text);
}

std::string WriteList(std::span<const std::string> items, size_t indent, size_t width) {
  std::string list = "[";
  size_t column = indent + 1;
  for (size_t i = 0; i < items.size(); ++i) {
    const bool is_last = i + 1 == items.size();
    const std::string item = WriteScalar(items[i]) + (is_last ? "]" : ",");
    if (i > 0 && column + 1 + item.size() > width) {
      list += "\n" + std::string(indent + 1, ' ');
      column = indent + 1;
    } else if (i > 0) {
      list += ' ';
      ++column;
    }
    list += item;
    column += item.size();
  }
  return items.empty() ? "[]" : list;
}

std::string CommentText(std::string_view text) {
  std::string comment;
  std::string_view rest = text;
  while (!rest.empty()) {
    if (const std::string hidden = EscapeHidden(rest); !hidden.empty()) {
      comment += hidden;
      rest.remove_prefix(3);
      continue;
    }
    size_t size = 1;
    while (size < std::min<size_t>(4, rest.size()) && !IsUtf8(rest.substr(0, size))) {
      ++size;
    }
    const bool is_character = IsUtf8(rest.substr(0, size));
    if (!is_character) size = 1;
    comment += is_character ? rest.substr(0, size) : kReplacement;
    rest.remove_prefix(size);
  }
  return EscapeControlCharacters(comment);
}

}  // namespace carmilla
