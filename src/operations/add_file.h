#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include <arrow/result.h>

#include "plan/configuration.h"
#include "plan/lake_location.h"

namespace carmilla {

struct AddOptions {
  LakeLocation lake;
  std::string file;            ///< Path or s3:// URL of a Parquet file.
  std::string table;           ///< The one name. A table that the lake lacks is made.
  std::string partition;       ///< `dt=2024-05-01`.
  bool replaces = false;       ///< The rows that the partition has make room.
  ModelsConfiguration models;  ///< Whose names no new table may take.
};

struct AddOutcome {
  std::string run_id;  ///< Of the version with the file; an older one if it was there.
  int64_t rows = 0;
  int64_t bytes = 0;  ///< As stored.
  std::string location;
  bool was_there = false;  ///< The partition already holds exactly these rows.
  bool is_new_table = false;
  /// What the next run would read the table from, without this file; "" if nothing does.
  std::string relation;
};

/// Copies a Parquet file into a partition of a table and publishes it by the same steps
/// as a run: written where nobody sees it, proven, then the pointer moves, then the
/// catalog follows. The rows are written again, so that types, encodings and proofs are
/// those of the lake. Adding the same rows twice does nothing.
///
/// kConfiguration for columns that do not fit, a value that is no date, and a partition
/// that has other rows unless `replaces`; kUnsupportedType for a column that no table of
/// the lake can have; kConflict if a run published the table meanwhile.
arrow::Result<AddOutcome> AddFile(const AddOptions& options, const std::stop_token& stop);

}  // namespace carmilla
