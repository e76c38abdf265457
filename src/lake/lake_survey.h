#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "lake/lake.h"

namespace carmilla {

/// One table of a lake as a survey finds it.
struct SurveyedTable {
  std::string name;
  arrow::Status status;  ///< Why its current version cannot be read; OK otherwise.
  std::string run_id;    ///< Of its current version; "" if there is none.
  ManifestSource source;
  std::string model;  ///< That made it; "" if none did.
};

/// What lies in a lake, from names and pointers; no data file is opened.
struct LakeSurvey {
  std::vector<SurveyedTable> tables;       ///< By name.
  std::vector<std::string> foreign_files;  ///< Keys that no run of ours has written.
  std::vector<std::string> unused_runs;    ///< `table/run id` of files without manifest.
  int64_t unused_bytes = 0;                ///< Of those files.
  std::string newest_run_id;               ///< Of all reports and files; "" if none.
  bool is_complete = true;  ///< False: there are more files than looked at.
};

/// Looks at the tables and at the names of at most `max_files` files of a lake. A damaged
/// table does not hide the others. Errors as ObjectStore::List.
arrow::Result<LakeSurvey> SurveyLake(const Lake& lake, int64_t max_files);

}  // namespace carmilla
