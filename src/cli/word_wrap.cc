#include "cli/word_wrap.h"

#include <algorithm>

#include "cli/display_text.h"

namespace carmilla {

std::string WrapWords(std::string_view text, size_t indent, size_t width) {
  std::string wrapped;
  size_t column = indent;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t word_width = DisplayWidth(word);
    if (column > indent && column + 1 + word_width > width) {
      wrapped += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      wrapped += ' ';
      ++column;
    }
    wrapped += word;
    column += word_width;
  }
  return wrapped;
}

}  // namespace carmilla
