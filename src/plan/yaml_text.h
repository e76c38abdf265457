#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/problem_list.h"

namespace carmilla {

/// The bytes of a YAML file and the places in them.
class YamlText {
 public:
  /// Keeps a reference to `bytes`. A byte order mark at the start and white space at the
  /// end are left out.
  explicit YamlText(std::string_view bytes);

  std::string_view text() const { return text_; }

  /// Returns the first byte that is not UTF-8 text, or the first line indented by a tab.
  std::optional<Problem> FindBadCharacter() const;

  /// Turns the parser's line and column (from 0, in bytes) into ours (from 1, in
  /// characters).
  SourcePosition PlaceOf(int line, int byte_column) const;

  /// Returns the spelling of a null that begins at a place of the parser's, or "".
  std::string NullAt(int line, int byte_column) const;

 private:
  std::string_view Line(int number) const;

  std::string_view text_;
  std::vector<size_t> line_starts_;
  /// The number of characters that begin before each byte, and in all.
  std::vector<uint32_t> characters_before_;
};

/// Puts a word of the file in quotes for a message; a long one is cut, and one that may
/// hold a credential becomes `(not shown)`.
std::string QuoteForMessage(std::string_view word);

}  // namespace carmilla
