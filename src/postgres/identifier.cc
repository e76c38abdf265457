#include "postgres/identifier.h"

#include <arrow/util/utf8.h>

#include <cstdio>
#include <vector>

#include "core/error.h"

namespace carmilla {
namespace {

// The server cuts longer names silently, so that another relation could be meant.
constexpr size_t kMaximumIdentifierBytes = 63;

std::string Doubled(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char character : text) {
    if (character == quote) quoted += quote;
    quoted += character;
  }
  quoted += quote;
  return quoted;
}

/// `U&"..."` with the control characters of UTF-8 text as `\NNNN`.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (size_t i = 0; i < text.size(); ++i) {
    auto code = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F take two bytes, of which the second one is the code.
    const bool is_c1 = code == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (is_c1) code = static_cast<unsigned char>(text[++i]);
    if (is_c1 || code < 0x20 || code == 0x7F) {
      char digits[6];
      std::snprintf(digits, sizeof digits, "\\%04X", code);
      escaped += digits;
    } else {
      if (code == '\\') escaped += '\\';
      escaped += text[i];
    }
  }
  return "U&" + Doubled(escaped, '"');
}

std::string QuotedElement(std::string_view element) {
  std::string quoted = "\"";
  for (const char character : element) {
    if (character == '"' || character == '\\') quoted += '\\';
    quoted += character;
  }
  return quoted + '"';
}

bool IsText(std::string_view text) {
  // Arrow's tables accept anything before they are set up.
  static const bool is_ready = [] {
    arrow::util::InitializeUTF8();
    return true;
  }();
  return is_ready && text.find('\0') == std::string_view::npos &&
         arrow::util::ValidateUTF8(text);
}

}  // namespace

arrow::Result<std::string> QuoteIdentifier(std::string_view name) {
  if (name.empty()) {
    return MakeError(ErrorKind::kConfiguration,
                     "naming a relation or column: empty name");
  }
  if (!IsText(name)) {
    return MakeError(ErrorKind::kConfiguration,
                     "naming a relation or column: not UTF-8 text without zero bytes");
  }
  if (name.size() > kMaximumIdentifierBytes) {
    return MakeError(
        ErrorKind::kConfiguration,
        "naming a relation or column: longer than 63 bytes: " + std::string(name),
        "PostgreSQL's names have at most 63 bytes");
  }
  return Doubled(name, '"');
}

arrow::Result<std::string> QuoteRelation(const RelationName& name) {
  ARROW_ASSIGN_OR_RAISE(const std::string schema, QuoteIdentifier(name.schema));
  ARROW_ASSIGN_OR_RAISE(const std::string relation, QuoteIdentifier(name.name));
  return schema + "." + relation;
}

arrow::Result<std::string> PrintableIdentifier(std::string_view name) {
  ARROW_ASSIGN_OR_RAISE(std::string quoted, QuoteIdentifier(name));
  return EscapeControlCharacters(name) == name ? std::move(quoted) : Escaped(name);
}

arrow::Result<std::string> PrintableRelation(const RelationName& name) {
  ARROW_ASSIGN_OR_RAISE(const std::string schema, PrintableIdentifier(name.schema));
  ARROW_ASSIGN_OR_RAISE(const std::string relation, PrintableIdentifier(name.name));
  return schema + "." + relation;
}

arrow::Result<std::string> QuoteLiteral(std::string_view text) {
  if (!IsText(text)) {
    return MakeError(ErrorKind::kConfiguration,
                     "writing a string constant: not UTF-8 text without zero bytes");
  }
  return Doubled(text, '\'');
}

std::string ArrayText(std::span<const std::string> elements) {
  const std::vector<std::optional<std::string>> values(elements.begin(), elements.end());
  return ArrayText(values);
}

std::string ArrayText(std::span<const std::optional<std::string>> elements) {
  std::string array = "{";
  for (const std::optional<std::string>& element : elements) {
    if (array.size() > 1) array += ',';
    array += element.has_value() ? QuotedElement(*element) : "NULL";
  }
  return array + "}";
}

}  // namespace carmilla
