#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <arrow/status.h>

namespace carmilla {

/// What the lake offered to the engine; turns the engine's messages into ours.
struct DuckCatalog {
  std::vector<std::string> table_names;
  /// Every file by each text under which the engine may name it.
  std::unordered_map<std::string, std::string> files;
  /// Tables that could not be opened, by lower-case name; a query that names one gets its
  /// status.
  std::unordered_map<std::string, arrow::Status> unreadable;
};

/// Translates a message of DuckDB. A missing or damaged file of the lake is kCorruptData;
/// the user's mistakes are kQuery with the engine's own words, and a hint with the
/// nearest table.
arrow::Status DuckError(std::string_view doing, std::string_view message,
                        const DuckCatalog& catalog);

/// Lower case as DuckDB compares names: ASCII letters only.
std::string LowerDuckName(std::string_view name);

}  // namespace carmilla
