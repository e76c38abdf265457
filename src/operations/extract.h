#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "engine/progress.h"
#include "engine/run_report.h"
#include "plan/configuration.h"

namespace carmilla {

/// What `carmilla extract` is asked for: tables or a query into files, without a
/// configuration.
struct ExtractOptions {
  Secret conninfo;
  ConnectionTls tls = ConnectionTls::kVerify;
  std::string ca_file;                 ///< Authorities to trust (PEM), or "".
  std::vector<std::string> relations;  ///< `schema.table` or `schema.*`.
  std::string query;                   ///< A SELECT instead of relations, or "".
  std::string to;  ///< `x.parquet` for one table, else a directory of `<table>.parquet`.
  int64_t limit = -1;
  Compression compression = Compression::kZstd;
  ValuePolicies policies;  ///< Of every column.
  Gentleness gentleness = Gentleness::kGentle;
};

/// Writes each table or the query's rows into one proven Parquet file, which appears
/// complete or not at all. Errors as ExecuteRun; kUsage for options that contradict each
/// other.
arrow::Result<RunReport> Extract(const ExtractOptions& options,
                                 ProgressListener& listener, std::stop_token stop);

}  // namespace carmilla
