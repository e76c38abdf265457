#include "codegen/cpp_text.h"

#include <algorithm>
#include <cstdint>

namespace carmilla {
namespace {

/// Takes the next character of UTF-8 from the front; a byte that begins none is one of
/// its own.
std::string_view TakeCharacter(std::string_view* text) {
  const auto first = static_cast<unsigned char>(text->front());
  size_t size = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if ((first >= 0x80 && first < 0xC2) || first > 0xF4 || size > text->size()) size = 1;
  for (size_t i = 1; i < size; ++i) {
    if ((static_cast<unsigned char>((*text)[i]) & 0xC0) != 0x80) size = 1;
  }
  const std::string_view character = text->substr(0, size);
  text->remove_prefix(size);
  return character;
}

uint32_t CodePointOf(std::string_view character) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0);
  uint32_t code = byte(0) & (0x7FU >> character.size());
  for (size_t i = 1; i < character.size(); ++i) code = (code << 6U) | (byte(i) & 0x3FU);
  return code;
}

/// Control characters, marks that change the direction of text, line separators, and
/// bytes that are no UTF-8.
bool IsUnsafe(std::string_view character) {
  const uint32_t code = CodePointOf(character);
  if (character.size() == 1) return code < 0x20 || code >= 0x7F;
  return code < 0xA0 || code == 0x61C || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
         code == 0xFEFF || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF;
}

std::string OctalEscape(char c) {
  const auto byte = static_cast<unsigned char>(c);
  const auto digit = [&](unsigned shift) {
    return static_cast<char>('0' + ((byte >> shift) & 7U));
  };
  return {'\\', digit(6), digit(3), digit(0)};
}

struct Word {
  std::string text;
  size_t width = 0;
};

std::vector<Word> WordsOf(std::string_view text) {
  std::vector<Word> words;
  bool is_open = false;
  while (!text.empty()) {
    const std::string_view character = TakeCharacter(&text);
    const bool is_blank = character == " " || IsUnsafe(character);
    if (!is_blank && !is_open) words.emplace_back();
    is_open = !is_blank;
    if (is_blank) continue;
    std::string& word = words.back().text;
    const bool is_mark = (character == "/" && word.ends_with('*')) ||
                         (character == "*" && word.ends_with('/'));
    if (is_mark) word += ' ';
    word += character;
    words.back().width += is_mark ? 2 : 1;
  }
  return words;
}

}  // namespace

std::string Blanks(size_t count) { return std::string(count, ' '); }

size_t WidthOf(std::string_view line) {
  return static_cast<size_t>(std::ranges::count_if(line, [](char c) {
    return c != '\n' && (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string WrappedCall(const std::string& macro, const std::vector<std::string>& items) {
  std::string line = macro + "(";
  std::string indent = Blanks(line.size());
  const auto ends_behind_line = [&](const std::string& item) {
    return indent.size() + WidthOf(item) + 2 > kCodeColumns;
  };
  std::string text;
  if (std::ranges::any_of(items, ends_behind_line)) {
    text = line + '\n';
    indent = line = Blanks(4);
  }
  bool is_first = true;
  for (const std::string& item : items) {
    const std::string end = &item == &items.back() ? ");" : ",";
    if (!is_first && WidthOf(line + ' ' + item + end) > kCodeColumns) {
      text += line + '\n';
      line = indent;
      is_first = true;
    }
    line += (is_first ? "" : " ") + item + end;
    is_first = false;
  }
  return text + line;
}

std::string StringLiteral(std::string_view text) {
  std::string literal = "\"";
  while (!text.empty()) {
    const std::string_view character = TakeCharacter(&text);
    if (character == "\\" || character == "\"") {
      literal += '\\';
      literal += character;
    } else if (character == "?" && literal.ends_with('?')) {
      literal += "\\?";  // Else the two may begin a trigraph.
    } else if (IsUnsafe(character)) {
      for (const char c : character) literal += OctalEscape(c);
    } else {
      literal += character;
    }
  }
  return literal + '"';
}

std::string RawStringLiteral(std::string_view text) {
  std::string delimiter = "sql";
  for (int number = 2; text.find(")" + delimiter + '"') != std::string_view::npos;
       ++number) {
    delimiter = "sql" + std::to_string(number);
  }
  return "R\"" + delimiter + '(' + std::string(text) + ')' + delimiter + '"';
}

std::string CommentLines(std::string_view text, size_t indent) {
  const std::string begin = Blanks(indent) + "///";
  std::string lines;
  std::string line;
  size_t width = 0;
  const auto finish = [&] {
    if (line.empty()) return;
    if (line.ends_with('\\')) line += '.';
    lines += begin + line + '\n';
    line.clear();
    width = 0;
  };
  for (const Word& word : WordsOf(text)) {
    if (begin.size() + width + 1 + word.width > kCodeColumns) finish();
    line += ' ' + word.text;
    width += 1 + word.width;
  }
  finish();
  return lines;
}

std::string FillTemplate(
    std::string_view text,
    std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  std::string filled;
  while (!text.empty()) {
    const size_t begin = text.find('@');
    filled += text.substr(0, begin);
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin + 1);
    const std::string_view name = text.substr(0, text.find('@'));
    const auto value = std::ranges::find(
        values, name, &std::pair<std::string_view, std::string_view>::first);
    if (value == values.end()) {
      filled += '@';
    } else {
      filled += value->second;
      text.remove_prefix(name.size() + 1);
    }
  }
  return filled;
}

}  // namespace carmilla
