#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "stream/data_file.h"

namespace carmilla {

/// One column of a published table.
struct ManifestColumn {
  std::string name;
  std::string postgres_type;  ///< As a person writes it: `numeric(12,2)`; "" in models.
  std::string arrow_type;     ///< As ArrowTypeText renders it.
  std::string parquet_type;
  std::string glue_type;
  bool is_not_null = false;
  std::string comment;  ///< Of PostgreSQL or a model, or ""; also in formats 1, 2.
  /// Of all geometries of the column; 0 where there is none, or each has its own.
  int64_t srid = 0;
  /// Cells that a policy touched, by policy name (`on_nan`, `on_infinity`,
  /// `on_misfit`).
  std::vector<std::pair<std::string, int64_t>> policy_counts;
  /// Dates and timestamps kept as they are although their year is outside 0001 to 9999.
  int64_t unusual_years = 0;

  bool operator==(const ManifestColumn&) const = default;
};

/// Where the rows came from.
struct ManifestSource {
  std::string relation;  ///< `schema.table`, or the query.
  uint32_t oid = 0;
  std::vector<uint32_t> leaf_oids;
  std::string server_version;
  std::string system_identifier;  ///< "" if not readable.
  std::string timeline;           ///< "" if not readable.
  std::string database;
  bool is_in_recovery = false;
  std::string snapshot;       ///< pg_current_snapshot().
  std::string snapshot_time;  ///< Server time, ISO 8601 UTC.
  std::string lsn;
  std::string consistency;  ///< `run` or `table`.
  std::string where;        ///< The configured filter, or "".
  /// What protected the connection: `verified`, `local`, `unverified` or `none`; "" in
  /// format 1.
  std::string transport;

  bool operator==(const ManifestSource&) const = default;
};

/// ManifestModel::engine of what a task made.
inline constexpr std::string_view kTaskEngine = "task";

/// The model or task that made the rows; all empty for any other table.
struct ManifestModel {
  std::string name;
  std::string engine;      ///< `embedded` or `athena`, or kTaskEngine.
  std::string sql_sha256;  ///< Of the SQL, in hexadecimal digits; "" of a task.
  /// The tables that were read, by name, and the runs of their versions; of a task,
  /// relations of the source, without runs.
  std::vector<std::pair<std::string, std::string>> inputs;

  bool operator==(const ManifestModel&) const = default;
};

/// How the files were cut and encoded: with the same rows it reproduces the same bytes.
struct ManifestPlan {
  std::string compression;
  int64_t range_bytes = 0;
  int64_t row_group_bytes = 0;
  std::string scan;  ///< `sequential`, `ranges` or `stream`.

  bool operator==(const ManifestPlan&) const = default;
};

/// Everything about one version of one table: the list of EVERY live file, and its proof.
/// Written once, never changed. docs/formats/manifest.md describes the JSON.
struct Manifest {
  static constexpr int64_t kFormatVersion = 4;

  std::string table;  ///< The one name.
  std::string run_id;
  std::string previous_run_id;  ///< Run of the version that this one replaced, or "".
  std::string comment;          ///< Of PostgreSQL, or ""; also in formats 1 and 2.
  std::string created_at;       ///< ISO 8601 UTC, client clock.
  std::string writer;           ///< `carmilla 0.1.0`.
  ManifestSource source;
  ManifestModel model;  ///< Since format 4.
  ManifestPlan plan;
  std::vector<ManifestColumn> columns;
  std::vector<std::string> partition_columns;
  std::vector<DataFile> files;

  int64_t TotalRows() const;
  int64_t TotalBytes() const;
  bool operator==(const Manifest&) const = default;
};

/// What makes a manifest unfit to be published, as the end of a sentence; "" if nothing
/// does.
std::string ProblemOf(const Manifest& manifest);

/// The same manifest always gives the same text.
std::string SerializeManifest(const Manifest& manifest);

/// `key` is for messages. kCorruptData for damage, kUnsupported for a newer format
/// version (hint: upgrade).
arrow::Result<Manifest> ParseManifest(std::string_view json, std::string_view key);

/// The Arrow schema of the files of `manifest`.
arrow::Result<std::shared_ptr<arrow::Schema>> SchemaOf(const Manifest& manifest);

}  // namespace carmilla
