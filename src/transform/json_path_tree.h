#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "types/json_derivation.h"

namespace carmilla {

/// The paths of several derivations over one document; what they begin with in common
/// stands there once.
struct JsonPathNode {
  std::string key;     ///< Of a member.
  int64_t index = -1;  ///< Of an element.
  /// The key is short and has no sign that JSON escapes: its bytes may be compared with
  /// those of a document.
  bool is_plain = false;
  std::vector<size_t> ends;   ///< Derivations that take the value here.
  std::vector<size_t> joins;  ///< Derivations that join the array here.
  /// By length of the key, then by its bytes, as jsonb keeps its members.
  std::vector<std::unique_ptr<JsonPathNode>> members;
  std::vector<std::unique_ptr<JsonPathNode>> elements;  ///< By index.
  /// Paths that go on in the JSON inside the string that stands here, or null.
  std::unique_ptr<JsonPathNode> inner;
  size_t inner_slot = 0;    ///< Which of the tree's inner documents that is.
  int64_t visited_in = -1;  ///< The document in which it was met last.
  /// Which of `members` came first in an earlier document, and which one after each.
  std::vector<size_t> following;

  bool GoesOn() const {
    return !members.empty() || !elements.empty() || inner != nullptr;
  }
  /// Returns the place of the member of that key in `members`; their number if none.
  size_t FindMember(std::string_view member_key) const;
};

struct JsonPathTree {
  std::unique_ptr<JsonPathNode> root;
  size_t num_inner = 0;  ///< Documents inside strings.
};

/// A derivation is known by its place in `derivations`.
JsonPathTree BuildJsonPathTree(std::span<const JsonDerivation> derivations);

}  // namespace carmilla
