#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plan/problem_list.h"

namespace carmilla {

struct YamlNode;
/// Shared, because an alias is a second reference to its anchor's node.
using YamlNodePointer = std::shared_ptr<const YamlNode>;

struct YamlMember {
  std::string key;
  SourcePosition position;
  YamlNodePointer value;
};

/// One node of a document, with its place. Immutable once parsed.
struct YamlNode {
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  std::string text;  ///< Of a scalar; of a null as it was spelled (`null`, `~` or "").
  SourcePosition position;
  std::vector<YamlNodePointer> items;  ///< Of a sequence.
  std::vector<YamlMember> members;     ///< Of a map, in the order of the file.
  int64_t num_nodes = 1;               ///< With all below it, aliases followed.
};

/// Tells whether a member is what follows the comma of an unquoted `decimal(38,9)` in a
/// map between braces: the key `9)` without a value. It may stand there several times.
bool IsRestOfCutValue(const YamlMember& member);

/// Parses the only document of `bytes`. Adds what is wrong to `problems`: what is not
/// UTF-8 text, syntax, duplicate keys, merge keys, tags, too deep nesting. Returns
/// null when there is no usable document, or when it is empty. Messages quote nothing but
/// keys and alias-free syntax, so a misplaced secret does not show.
YamlNodePointer ParseYaml(std::string_view bytes, ProblemList* problems);

}  // namespace carmilla
