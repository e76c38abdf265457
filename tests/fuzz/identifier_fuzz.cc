// Any text as a name: what is quoted means the same text again.

#include "core/error.h"
#include "fuzz/fuzz_input.h"
#include "plan/relation_pattern.h"
#include "postgres/identifier.h"

namespace carmilla {
namespace {

/// What stands between quotes, as PostgreSQL's lexer reads it.
std::string Unquoted(const std::string& quoted, char quote) {
  Require(quoted.size() >= 2 && quoted.front() == quote && quoted.back() == quote,
          "a name stands in quotes", quoted);
  std::string text;
  for (size_t i = 1; i + 1 < quoted.size(); ++i) {
    Require(quoted[i] != '\0', "no zero byte reaches the server");
    if (quoted[i] == quote) {
      Require(i + 2 < quoted.size() && quoted[i + 1] == quote, "no quote ends it early",
              quoted);
      ++i;
    }
    text += quoted[i];
  }
  return text;
}

void AppendUtf8(unsigned code, std::string* text) {
  if (code >= 0x80) {
    *text += static_cast<char>(0xC0 | code >> 6);
    *text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    *text += static_cast<char>(code);
  }
}

/// What U&"..." means; the name has no other escapes than those of four digits.
std::string Unescaped(const std::string& text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      plain += text[i];
    } else if (text.substr(i + 1, 1) == "\\") {
      plain += text[++i];
    } else {
      Require(i + 4 < text.size(), "an escape is whole", text);
      AppendUtf8(static_cast<unsigned>(std::stoul(text.substr(i + 1, 4), nullptr, 16)),
                 &plain);
      i += 4;
    }
  }
  return plain;
}

void RequireQuotedWell(const std::string& name) {
  const auto quoted = QuoteIdentifier(name);
  const auto printable = PrintableIdentifier(name);
  Require(quoted.ok() == printable.ok(), "both forms accept the same names");
  if (!quoted.ok()) {
    Require(KindOf(quoted.status()) == ErrorKind::kConfiguration, "the person is told");
  } else {
    Require(Unquoted(*quoted, '"') == name, "a quoted name means itself", *quoted);
    for (const char byte : *printable) {
      Require(static_cast<uint8_t>(byte) >= 0x20 && byte != 0x7F,
              "a terminal obeys no name");
    }
    const bool is_escaped = printable->starts_with("U&");
    Require(is_escaped ? Unescaped(Unquoted(printable->substr(2), '"')) == name
                       : *printable == *quoted,
            "a printable name means the same", *printable);
  }
  const auto literal = QuoteLiteral(name);
  if (literal.ok()) {
    Require(Unquoted(*literal, '\'') == name, "a constant means itself", *literal);
  }
}

void RequirePatternWell(const std::string& text) {
  const auto pattern = ParseRelationPattern(text);
  if (!pattern.ok()) {
    Require(KindOf(pattern.status()) == ErrorKind::kConfiguration, "the person is told");
    return;
  }
  const std::string written = FormatRelationPattern(*pattern);
  const auto again = ParseRelationPattern(written);
  Require(again.ok() && again->schema == pattern->schema &&
              again->name == pattern->name && again->is_pattern == pattern->is_pattern,
          "a pattern is read as it is written", written);
}

/// The definition, without a thought of speed.
bool MatchesPlainly(std::string_view name, std::string_view pattern) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() != '*') {
    return !name.empty() && name.front() == pattern.front() &&
           MatchesPlainly(name.substr(1), pattern.substr(1));
  }
  for (size_t taken = 0; taken <= name.size(); ++taken) {
    if (MatchesPlainly(name.substr(taken), pattern.substr(1))) return true;
  }
  return false;
}

}  // namespace
}  // namespace carmilla

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace carmilla;
  FuzzInput input(data, size);
  RequireQuotedWell(FuzzInput(data, size).Rest());
  RequirePatternWell(FuzzInput(data, size).Rest());
  const std::string name = input.Bytes(size / 2).substr(0, 12);
  const std::string pattern = input.Rest().substr(0, 8);
  Require(MatchesPattern(name, pattern) == MatchesPlainly(name, pattern),
          "a name matches as the definition says", name + " " + pattern);
  return 0;
}
