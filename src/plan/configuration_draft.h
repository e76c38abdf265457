#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "plan/configuration.h"
#include "types/table_description.h"

namespace carmilla {

/// A table that the drafted configuration takes, and what a person should know of it.
struct DraftTable {
  RelationName name;
  double estimated_rows = -1;  ///< -1: unknown.
  int64_t total_bytes = 0;
  std::vector<std::string> primary_key;
  std::vector<std::string> watermarks;  ///< For people: `updated_at (indexed)`.
  std::string lake_name;                ///< The one name that it will have.
  std::vector<std::string> remarks;     ///< Why it has an entry, or what to know of it.
  bool has_entry = false;               ///< It stands by its own name.
  std::string as;                       ///< Of its entry, or "".
  std::vector<std::string> columns;     ///< Of its entry; empty: all.
  std::string partition_column;         ///< A proposal, commented out; "": none.
  PartitionUnit partition_unit = PartitionUnit::kMonth;
  std::string partition_key;  ///< `as:` of the proposal; "": the default.
};

/// A table that the drafted configuration leaves out.
struct DraftExclusion {
  RelationName name;
  std::string reason;              ///< `the role may not read it`.
  std::vector<std::string> cures;  ///< Statements of SQL, one a line.
};

struct DraftSchema {
  std::string name;
  std::vector<DraftTable> tables;
  std::vector<DraftExclusion> excluded;
  /// Views and foreign tables, which are read only when named.
  std::vector<RelationName> not_in_pattern;
  /// Whether `schema.*` is written; without tables it would take nothing.
  bool has_pattern = true;
};

/// A configuration that is yet to be written.
struct ConfigurationDraft {
  std::vector<std::string> header;  ///< Lines for people.
  std::string connection;           ///< `env:DATABASE_URL`, or conninfo without password.
  ConnectionTls tls = ConnectionTls::kVerify;
  std::string ca_file;          ///< Authorities to trust, or "".
  std::string snapshot_reason;  ///< Why the two keys have their values.
  std::chrono::seconds max_snapshot_age{900};
  std::string lake_path;
  std::vector<DraftSchema> schemas;
};

/// The pattern of `exclude:` that leaves `name` out. It may match other names as well
/// when `name` holds a star or what a configuration cannot say.
std::string ExcludePatternFor(std::string_view name);

/// Writes a commented carmilla.yaml. Schemas of which no table is taken become comments.
/// ParseConfiguration reads the result, if some schema has a table and every text but
/// those of comments is writable (see IsWritable). Comments list the largest tables of a
/// schema only, so that its size is that of the entries.
std::string WriteConfiguration(const ConfigurationDraft& draft);

}  // namespace carmilla
