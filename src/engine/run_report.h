#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/status.h>

namespace carmilla {

/// How one table ended.
struct TableOutcome {
  std::string name;
  std::string relation;  ///< `schema.table`, the query, or `task NAME`.
  /// It is no table, but a task that failed or that wrote none.
  bool is_task = false;
  arrow::Status status;  ///< OK: published (or written to its file).
  /// Failed after the pointer moved, or perhaps did; not stored.
  bool may_be_published = false;
  int64_t rows = 0;
  int64_t files = 0;
  int64_t bytes = 0;       ///< Stored.
  int64_t wire_bytes = 0;  ///< Received from PostgreSQL.
  std::chrono::milliseconds duration{0};
  /// Column and number of cells that a policy touched.
  std::vector<std::pair<std::string, int64_t>> policy_counts;
  /// Column and number of dates and timestamps that were kept although their year is
  /// outside 0001 to 9999.
  std::vector<std::pair<std::string, int64_t>> unusual_years;
  std::string location;  ///< Folder or file for people.
};

/// A table of the lake that a pattern took once and that the source has no more.
struct VanishedTable {
  std::string name;
  std::string relation;  ///< `schema.table`.
  std::string run_id;    ///< Of its last version, which stays in the lake.
};

/// True if a failed status means that a signal ended the run, which is no fault of the
/// table's.
bool IsStopped(const arrow::Status& status);

/// How a run ended. Written into the lake and printed as summary.
struct RunReport {
  static constexpr int64_t kFormatVersion = 1;
  static constexpr std::string_view kOfModels = "models";

  std::string run_id;
  std::string source;       ///< `user@host:port/database`; of models their folder.
  std::string consistency;  ///< `run` or `table`; kOfModels: models were run.
  std::string snapshot;     ///< Of a `run` snapshot, else "".
  std::vector<TableOutcome> tables;
  /// `schema.table`s that are configured and that this run was not asked for.
  std::vector<std::string> not_run;
  /// `schema.table`s that `new_tables: ignore` left out.
  std::vector<std::string> ignored;
  /// Looked for by runs of all tables only.
  std::vector<VanishedTable> vanished;
  /// Why a catalog that finds tables by itself does not show what was published.
  arrow::Status catalog_status;
  std::chrono::milliseconds duration{0};

  /// 0 if every table, and the catalog, is OK; 75 if every failed one may be retried;
  /// else that of the first that may not. A cancelled run has the exit code of its
  /// signal.
  int ExitCode() const;
  int64_t NumFailed() const;
  /// What the outcomes are, for people: `3 tables`, `1 task`, `4 tables and tasks`.
  std::string Subject() const;
};

std::string SerializeRunReport(const RunReport& report);
arrow::Result<RunReport> ParseRunReport(std::string_view text, std::string_view key);

}  // namespace carmilla
