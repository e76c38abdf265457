#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>

namespace carmilla {

/// What a person writes to name a relation, or all of a schema.
struct RelationPattern {
  std::string schema;
  std::string name;  ///< "*" for all of the schema.
  bool is_pattern = false;
};

/// Parses `schema.table` or `schema.*`. Names are taken exactly as the catalog spells
/// them (case is kept); double quotes enclose a part that holds a dot, a star or
/// (doubled) a double quote. Anything else is kConfiguration with a hint; the schema is
/// required.
arrow::Result<RelationPattern> ParseRelationPattern(std::string_view text);

/// Writes what ParseRelationPattern reads as this pattern; parts that are not plain words
/// stand in double quotes.
std::string FormatRelationPattern(const RelationPattern& pattern);

/// True if `name` matches `pattern`, in which `*` stands for any characters, also none.
bool MatchesPattern(std::string_view name, std::string_view pattern);

}  // namespace carmilla
