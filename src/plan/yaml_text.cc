#include "plan/yaml_text.h"

#include <arrow/util/utf8.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/letter_case.h"

namespace carmilla {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kLongestQuote = 80;

bool IsContinuationByte(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

bool IsUtf8(std::string_view text) {
  return arrow::util::ValidateUTF8(reinterpret_cast<const uint8_t*>(text.data()),
                                   static_cast<int64_t>(text.size()));
}

/// Returns the number of leading bytes that are whole UTF-8 characters; text is not
/// UTF-8.
size_t LengthOfValidStart(std::string_view text) {
  size_t valid = 0;
  for (size_t size = 1; valid + size <= text.size() && size <= 4;) {
    if (IsUtf8(text.substr(valid, size))) {
      valid += size;
      size = 1;
    } else {
      ++size;
    }
  }
  return valid;
}

// The parser takes U+0004 for the end of the file and would drop the rest in silence.
bool IsForbidden(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return (code < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || code == 0x7F;
}

}  // namespace

YamlText::YamlText(std::string_view bytes) : text_(bytes) {
  if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
  // The parser takes quotes that are never closed for closed after a last newline.
  const size_t last = text_.find_last_not_of(" \t\r\n");
  text_ = text_.substr(0, last == std::string_view::npos ? 0 : last + 1);
  line_starts_.push_back(0);
  characters_before_.reserve(text_.size() + 1);
  uint32_t num_characters = 0;
  for (size_t i = 0; i < text_.size(); ++i) {
    characters_before_.push_back(num_characters);
    num_characters += IsContinuationByte(text_[i]) ? 0 : 1;
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
  characters_before_.push_back(num_characters);
}

std::string_view YamlText::Line(int number) const {
  const auto index = static_cast<size_t>(number);
  if (index >= line_starts_.size()) return {};
  const size_t start = line_starts_[index];
  const bool is_last = index + 1 == line_starts_.size();
  return text_.substr(
      start, is_last ? std::string_view::npos : line_starts_[index + 1] - 1 - start);
}

std::optional<Problem> YamlText::FindBadCharacter() const {
  if (text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF")) {
    return Problem{{1, 1}, "the file is UTF-16", "save it as UTF-8"};
  }
  arrow::util::InitializeUTF8();
  for (int number = 0; std::cmp_less(number, line_starts_.size()); ++number) {
    const std::string_view line = Line(number);
    if (!IsUtf8(line)) {
      const auto column = static_cast<int>(LengthOfValidStart(line));
      return Problem{PlaceOf(number, column), "a byte is not UTF-8",
                     "save the file as UTF-8"};
    }
    const auto forbidden = std::ranges::find_if(line, IsForbidden);
    if (forbidden != line.end()) {
      return Problem{PlaceOf(number, static_cast<int>(forbidden - line.begin())),
                     "a control character is not allowed", "remove it"};
    }
    const bool is_blank = line.find_first_not_of(" \t\r") == std::string_view::npos;
    if (line.starts_with('\t') && !is_blank) {
      return Problem{PlaceOf(number, 0), "the line is indented by a tab",
                     "indent by spaces"};
    }
  }
  return std::nullopt;
}

SourcePosition YamlText::PlaceOf(int line, int byte_column) const {
  const int last_line = static_cast<int>(line_starts_.size()) - 1;
  const int known_line = std::clamp(line, 0, last_line);
  const size_t start = line_starts_[static_cast<size_t>(known_line)];
  const size_t length =
      std::min(static_cast<size_t>(std::max(byte_column, 0)), Line(known_line).size());
  const uint32_t column = characters_before_[start + length] - characters_before_[start];
  return {known_line + 1, static_cast<int>(column) + 1};
}

std::string YamlText::NullAt(int line, int byte_column) const {
  const std::string_view whole = Line(std::max(line, 0));
  const std::string_view rest =
      whole.substr(std::min(static_cast<size_t>(std::max(byte_column, 0)), whole.size()));
  static constexpr std::array<std::string_view, 4> kSpellings = {"null", "Null", "NULL",
                                                                 "~"};
  for (const std::string_view spelling : kSpellings) {
    if (rest.starts_with(spelling)) return std::string(spelling);
  }
  return "";
}

std::string QuoteForMessage(std::string_view word) {
  const std::string lower = LowerCase(word);
  const bool is_url_with_more = lower.find("://") != std::string::npos &&
                                lower.find_first_of("@?") != std::string::npos;
  if (is_url_with_more) return "(not shown)";
  for (const std::string_view sign : {"password", "passwd", "pwd", "secret"}) {
    const size_t at = lower.find(sign);
    if (at != std::string::npos && lower.find('=', at) != std::string::npos) {
      return "(not shown)";
    }
  }
  if (word.size() <= kLongestQuote) return '"' + std::string(word) + '"';
  size_t size = kLongestQuote;
  while (size > 0 && IsContinuationByte(word[size])) --size;
  return '"' + std::string(word.substr(0, size)) + "...\"";
}

}  // namespace carmilla
