#include "cli/word_wrap.h"

#include <algorithm>

#include "cli/display_text.h"

namespace carmilla {
namespace {

constexpr int kWidestText = 100;

/// Where the first word ends: at a blank outside of quotes that have room in a line.
size_t EndOfWord(std::string_view text, size_t room) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') return i;
    if (text[i] != '`' && text[i] != '"') continue;
    const size_t close = text.find(text[i], i + 1);
    const bool is_closed = close != std::string_view::npos;
    if (is_closed && DisplayWidth(text.substr(0, close + 1)) <= room) i = close;
  }
  return text.size();
}

std::string Wrap(std::string_view text, size_t first_column, size_t indent,
                 size_t width) {
  if (width == 0) return std::string(text);
  std::string wrapped;
  size_t column = first_column;
  bool is_first_of_line = true;
  while (!text.empty()) {
    const size_t end = EndOfWord(text, width - std::min(indent, width));
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t word_width = DisplayWidth(word);
    if (!is_first_of_line && column + 1 + word_width > width) {
      wrapped += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!is_first_of_line) {
      wrapped += ' ';
      ++column;
    }
    is_first_of_line = false;
    wrapped += word;
    column += word_width;
  }
  return wrapped;
}

}  // namespace

std::string WrapWords(std::string_view text, size_t indent, size_t width) {
  return Wrap(text, indent, indent, width);
}

std::string WrapHanging(std::string_view text, size_t indent, size_t width) {
  std::string wrapped;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const size_t blanks = std::min(line.find_first_not_of(' '), line.size());
    wrapped += line.substr(0, blanks);
    wrapped += Wrap(line.substr(blanks), blanks, indent, width);
    if (end < text.size()) wrapped += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return wrapped;
}

size_t TextWidth(const Terminal& terminal) {
  return static_cast<size_t>(std::min(terminal.Width(), kWidestText));
}

}  // namespace carmilla
