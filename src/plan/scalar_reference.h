#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>

namespace carmilla {

/// A scalar of the configuration after `env:` and `file:` were followed.
struct ResolvedScalar {
  std::string text;
  /// `env:NAME` or `file:PATH`, for messages; "" for a literal. A value with an origin is
  /// never shown.
  std::string origin;
};

struct ScalarReferenceOptions {
  std::string folder;      ///< Anchors relative paths; "" for the current folder.
  bool is_secret = false;  ///< A file must then be private to its owner.
  bool is_name = false;    ///< Of a table or column: `$x` and `secret:x` are names, too.
};

/// True if `text` begins with `env:` or `file:`.
bool IsReference(std::string_view text);

/// Follows `env:NAME` (the variable must be set and not empty) and `file:PATH` (one
/// newline at the end is left out). What looks like a reference of another kind (`$NAME`,
/// `secret:ID`) is refused unless it may be a name; any other text is returned as it is.
/// Errors are kConfiguration.
arrow::Result<ResolvedScalar> ResolveScalar(const std::string& text,
                                            const ScalarReferenceOptions& options);

}  // namespace carmilla
