#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

namespace carmilla {

/// One step into a JSON document: to a member of an object, or to an element of an array.
struct JsonStep {
  std::string key;     ///< Of a member.
  int64_t index = -1;  ///< Of an element, from 0; -1 for a member.

  bool IsElement() const { return index >= 0; }
  bool operator==(const JsonStep&) const = default;
};

/// The way from a document to one of its values; no step is the document itself.
using JsonPath = std::vector<JsonStep>;

inline constexpr size_t kMostJsonSteps = 32;

/// Parses `$`, followed by steps: `.name` (letters, digits, `_`, `-`, anything beyond
/// ASCII), `."any key"` (with `\"` and `\\`), `[0]`. Anything else is kConfiguration with
/// the position in the path and how to write it.
arrow::Result<JsonPath> ParseJsonPath(std::string_view text);

/// Renders what ParseJsonPath reads; keys in quotes where they need them.
std::string RenderJsonPath(const JsonPath& path);

}  // namespace carmilla
