#include "transform/json_syntax.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace carmilla {
namespace {

bool IsDigit(char character) { return character >= '0' && character <= '9'; }

bool IsHexDigit(char character) {
  return IsDigit(character) || (character >= 'a' && character <= 'f') ||
         (character >= 'A' && character <= 'F');
}

/// Reads a text once, without recursion.
class SyntaxReader {
 public:
  explicit SyntaxReader(std::string_view text)
      : at_(text.data()), end_(at_ + text.size()) {}

  bool IsNumber() { return TakeNumber() && at_ == end_; }

  bool IsDocument() {
    for (;;) {
      if (!TakeValue()) return false;
      // After a value: the end of what is open, then a comma and the next value.
      for (;;) {
        SkipBlanks();
        if (open_.empty()) return at_ == end_;
        if (Take(',')) break;
        if (!Take(open_.back())) return false;
        open_.pop_back();
      }
      if (open_.back() == '}' && !TakeKey()) return false;
    }
  }

 private:
  /// Takes a scalar or an empty container, or opens containers up to their first value.
  bool TakeValue() {
    for (;;) {
      SkipBlanks();
      if (Take('{')) {
        SkipBlanks();
        if (Take('}')) return true;
        open_.push_back('}');
        if (!TakeKey()) return false;
      } else if (Take('[')) {
        SkipBlanks();
        if (Take(']')) return true;
        open_.push_back(']');
      } else {
        return TakeScalar();
      }
    }
  }

  bool TakeKey() {
    SkipBlanks();
    if (!TakeString()) return false;
    SkipBlanks();
    return Take(':');
  }

  bool TakeScalar() {
    if (at_ == end_) return false;
    switch (*at_) {
      case '"':
        return TakeString();
      case 't':
        return TakeWord("true");
      case 'f':
        return TakeWord("false");
      case 'n':
        return TakeWord("null");
      default:
        return TakeNumber();
    }
  }

  bool TakeString() {
    if (!Take('"')) return false;
    while (at_ < end_ && *at_ != '"') {
      if (static_cast<unsigned char>(*at_) < 0x20) return false;
      if (*at_++ == '\\' && !TakeEscape()) return false;
    }
    return Take('"');
  }

  bool TakeEscape() {
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    if (at_ == end_) return false;
    const char escape = *at_++;
    if (escape != 'u') return kEscapes.find(escape) != std::string_view::npos;
    constexpr ptrdiff_t kHexDigits = 4;
    if (end_ - at_ < kHexDigits || !std::all_of(at_, at_ + kHexDigits, IsHexDigit)) {
      return false;
    }
    at_ += kHexDigits;
    return true;
  }

  bool TakeNumber() {
    Take('-');
    if (!Take('0') && !TakeDigits()) return false;
    if (Take('.') && !TakeDigits()) return false;
    if (Take('e') || Take('E')) {
      if (!Take('+')) Take('-');
      return TakeDigits();
    }
    return true;
  }

  bool TakeDigits() {
    const char* const begin = at_;
    while (at_ < end_ && IsDigit(*at_)) ++at_;
    return at_ > begin;
  }

  bool TakeWord(std::string_view word) {
    if (!std::string_view(at_, static_cast<size_t>(end_ - at_)).starts_with(word)) {
      return false;
    }
    at_ += word.size();
    return true;
  }

  bool Take(char character) {
    if (at_ == end_ || *at_ != character) return false;
    ++at_;
    return true;
  }

  void SkipBlanks() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) {
      ++at_;
    }
  }

  const char* at_;
  const char* const end_;
  std::vector<char> open_;  ///< The signs that close what is open.
};

void AppendUtf8(uint32_t point, std::string* out) {
  const auto put = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | (point >> 6));
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | (point >> 12));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | (point >> 18));
    put(0x80 | ((point >> 12) & 0x3F));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  }
}

/// The four hexadecimal digits of `\uXXXX`, whose `u` stands at `at`.
uint32_t HexAt(std::string_view contents, size_t at) {
  uint32_t unit = 0;
  if (at + 5 <= contents.size()) {
    const char* const digits = contents.data() + at + 1;
    std::from_chars(digits, digits + 4, unit, 16);
  }
  return unit;
}

/// Appends the character whose `u` stands at `*at`, and moves `*at` behind it.
bool AppendUnicode(std::string_view contents, size_t* at, std::string* out) {
  const uint32_t unit = HexAt(contents, *at);
  *at += 5;
  if (unit < 0xD800 || unit > 0xDFFF) {
    AppendUtf8(unit, out);
    return true;
  }
  const bool is_first = unit < 0xDC00;
  if (!is_first || contents.substr(*at, 2) != "\\u") return false;
  const uint32_t second = HexAt(contents, *at + 1);
  if (second < 0xDC00 || second > 0xDFFF) return false;
  *at += 6;
  AppendUtf8(0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00), out);
  return true;
}

char Unescaped(char escape) {
  switch (escape) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return escape;
  }
}

}  // namespace

bool IsJson(std::string_view text) { return SyntaxReader(text).IsDocument(); }

bool IsJsonNumber(std::string_view text) { return SyntaxReader(text).IsNumber(); }

bool AppendUnescaped(std::string_view contents, std::string* out) {
  size_t at = 0;
  while (at < contents.size()) {
    const size_t escape = std::min(contents.find('\\', at), contents.size());
    out->append(contents, at, escape - at);
    at = escape + 1;
    if (at >= contents.size()) break;
    if (contents[at] == 'u') {
      if (!AppendUnicode(contents, &at, out)) return false;
    } else {
      out->push_back(Unescaped(contents[at++]));
    }
  }
  return true;
}

}  // namespace carmilla
