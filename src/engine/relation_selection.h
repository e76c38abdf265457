#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "plan/configuration.h"
#include "postgres/catalog.h"

namespace carmilla {

/// One relation to read, with the settings of the configuration entry that chose it.
struct SelectedRelation {
  RelationName name;
  std::string table;  ///< The one name.
  TableConfiguration settings;
};

/// A configured entry that nothing in the database answers to.
struct MissingRelation {
  std::string name;      ///< `as:`, else as configured.
  std::string relation;  ///< `schema.name`.
  arrow::Status reason;
};

/// A pattern that no table answers to: its schema is empty, or does not exist.
struct UnmatchedPattern {
  std::string schema;
  std::string pattern;  ///< `public.*`.
};

struct Selection {
  std::vector<SelectedRelation> relations;
  std::vector<UnmatchedPattern> unmatched;
  std::vector<RelationName> ignored;     ///< New, and their pattern takes no new ones.
  std::vector<MissingRelation> missing;  ///< Reported per table: the others go on.
};

/// Resolves `entries` against the relations that exist: patterns are expanded (without
/// views, foreign tables and relations that an exact entry names), every relation gets
/// its one name
/// (`as:`, else its own name, else `schema_name` where two schemas hold the same name).
/// Two relations of one name are a kConfiguration error. `known` (`schema.name`; nothing:
/// all) is what a pattern with `new_tables: ignore` keeps to.
arrow::Result<Selection> SelectRelations(
    std::span<const TableConfiguration> entries,
    std::span<const RelationSummary> existing,
    const std::optional<std::set<std::string>>& known = std::nullopt);

/// True if a pattern of `entries` means the relation `schema.name`, whether it exists or
/// not, and no exact entry does.
bool IsNamedByPattern(std::span<const TableConfiguration> entries,
                      std::string_view relation);

/// Keeps what the user named on the command line, by one name or `schema.name`; no names:
/// all. A name that is not configured is kUnknownRelation with the nearest one, of a
/// table or of `others` that could have been named, or is left out if `skip_unknown` (a
/// table that vanished between two attempts).
arrow::Result<Selection> FilterByName(Selection selection,
                                      std::span<const std::string> names,
                                      bool skip_unknown,
                                      std::span<const std::string> others = {});

}  // namespace carmilla
