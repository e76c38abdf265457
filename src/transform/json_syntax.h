#pragma once

#include <string>
#include <string_view>

namespace carmilla {

/// Tells whether `text` is one JSON value (RFC 8259) and nothing else. Its UTF-8 is taken
/// for granted. Nesting may be as deep as the text is long.
bool IsJson(std::string_view text);

/// Tells whether `text` is a number as JSON writes it, without blanks.
bool IsJsonNumber(std::string_view text);

/// Appends the contents of a JSON string (what stands between the quotes, syntactically
/// valid) with its escapes resolved. False where an escape is half of a surrogate pair;
/// `out` is then incomplete.
bool AppendUnescaped(std::string_view contents, std::string* out);

}  // namespace carmilla
