#pragma once

#include <string>
#include <vector>

namespace carmilla::internal {

/// A piece of a condition. Only texts of this library are sent as they stand; names and
/// values are quoted where the SQL is made.
struct SqlPart {
  enum class Kind { kText, kName, kValue, kValues };

  Kind kind = Kind::kText;
  std::string text = {};                 ///< kValue: as PostgreSQL reads it.
  std::vector<std::string> values = {};  ///< kValues: of an array.
};

}  // namespace carmilla::internal
