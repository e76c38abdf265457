#include "plan/relation_pattern.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

#include "core/error.h"
#include "plan/yaml_text.h"

namespace carmilla {
namespace {

struct Part {
  std::string text;
  bool is_quoted = false;
};

/// Takes one part from the front; nothing when quotes are not closed or stand inside a
/// word.
std::optional<Part> TakePart(std::string_view* text) {
  Part part{"", text->starts_with('"')};
  size_t i = part.is_quoted ? 1 : 0;
  for (; i < text->size(); ++i) {
    const char byte = (*text)[i];
    if (byte == '"') {
      if (!part.is_quoted) return std::nullopt;
      const bool is_doubled = i + 1 < text->size() && (*text)[i + 1] == '"';
      if (!is_doubled) break;
      ++i;
    } else if (byte == '.' && !part.is_quoted) {
      break;
    }
    part.text += byte;
  }
  if (part.is_quoted && i >= text->size()) return std::nullopt;
  text->remove_prefix(i + (part.is_quoted ? 1 : 0));
  return part;
}

std::optional<std::vector<Part>> Split(std::string_view text) {
  std::vector<Part> parts;
  while (true) {
    std::optional<Part> part = TakePart(&text);
    if (!part.has_value() || part->text.empty()) return std::nullopt;
    parts.push_back(std::move(*part));
    if (text.empty()) return parts;
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
  }
}

bool HasStar(const Part& part) {
  return !part.is_quoted && part.text.find('*') != std::string::npos;
}

arrow::Status Refuse(std::string_view text, std::string_view problem, std::string hint) {
  return MakeError(ErrorKind::kConfiguration,
                   "table " + QuoteForMessage(text) + " " + std::string(problem),
                   std::move(hint));
}

std::string FormatPart(const std::string& part) {
  const bool is_word = std::ranges::all_of(part, [](unsigned char byte) {
    return std::isalnum(byte) != 0 || byte == '_' || byte >= 0x80;
  });
  if (is_word) return part;
  std::string quoted = "\"";
  for (const char byte : part) quoted += byte == '"' ? "\"\"" : std::string(1, byte);
  return quoted + '"';
}

}  // namespace

std::string FormatRelationPattern(const RelationPattern& pattern) {
  return FormatPart(pattern.schema) + "." +
         (pattern.is_pattern ? "*" : FormatPart(pattern.name));
}

arrow::Result<RelationPattern> ParseRelationPattern(std::string_view text) {
  const std::optional<std::vector<Part>> parts = Split(text);
  if (!parts.has_value()) {
    return Refuse(text, "is not a name", "write schema.table, such as public.orders");
  }
  if (parts->size() == 1) {
    const bool is_shown = QuoteForMessage(text).starts_with('"');
    return Refuse(text, "lacks its schema",
                  "write " + (is_shown ? "public." + std::string(text) : "schema.table"));
  }
  if (parts->size() > 2) {
    return Refuse(text, "has more than two parts",
                  "write schema.table; a part that holds a dot goes in double quotes");
  }
  const Part& schema = parts->front();
  const Part& name = parts->back();
  if (HasStar(schema)) {
    return Refuse(text, "leaves the schema open", "name one schema, such as public.*");
  }
  if (HasStar(name) && name.text != "*") {
    return Refuse(
        text, "mixes a name and a star",
        "write " + schema.text + ".* and name what it shall not take in exclude");
  }
  return RelationPattern{schema.text, name.text, HasStar(name)};
}

bool MatchesPattern(std::string_view name, std::string_view pattern) {
  // Greedy with one point to go back to: the last star.
  size_t at = 0;
  size_t in_pattern = 0;
  size_t star = std::string_view::npos;
  size_t resume = 0;
  while (at < name.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      resume = at;
    } else if (in_pattern < pattern.size() && pattern[in_pattern] == name[at]) {
      ++in_pattern;
      ++at;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

}  // namespace carmilla
