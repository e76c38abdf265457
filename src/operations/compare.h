#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "operations/table_measures.h"
#include "plan/configuration.h"
#include "plan/lake_location.h"

namespace carmilla {

struct CompareOptions {
  LakeLocation lake;
  std::vector<std::string> tables;  ///< Empty: all.
  bool asks_athena = false;         ///< Needs a catalog.
  /// The source is asked too, where this is given.
  std::optional<Configuration> source;
};

/// Who says something about a table.
struct Witness {
  std::string name;      ///< `manifest`, `files`, `athena` or `source`.
  MeasureValues values;  ///< In the order of TableComparison::measures.
};

/// What all witnesses say of one version of a table.
struct TableComparison {
  std::string table;
  std::string run_id;
  std::string snapshot_time;   ///< Of the version, ISO 8601 UTC.
  std::string source_read_at;  ///< ISO 8601 UTC; "" if the source was not asked.
  std::vector<TableMeasure> measures;
  std::vector<Witness> witnesses;
  std::vector<size_t> differences;  ///< Measures about which the lake is not at one.
  /// Measures about which the source says something else than the lake, which it may:
  /// rows are written after a snapshot, too.
  std::vector<size_t> changes;
  arrow::Status status;  ///< kCorruptData if there are differences.
};

/// Counts and sums each table as its manifest tells it, as its files hold it (read by the
/// embedded engine), and as Athena and the source show it when asked, and compares. All
/// of the lake must agree. `on_table` is called after each. kUnknownRelation for a table
/// that the lake does not have.
arrow::Result<std::vector<TableComparison>> CompareTables(
    const CompareOptions& options,
    const std::function<void(const TableComparison&)>& on_table,
    const std::stop_token& stop);

}  // namespace carmilla
