#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "plan/lake_location.h"

namespace carmilla {

struct VerifyOptions {
  LakeLocation lake;
  std::vector<std::string> tables;  ///< Empty: all.
  std::string run_id;               ///< An older version; "": the current one.
};

struct VerifyOutcome {
  std::string table;
  std::string run_id;
  int64_t files = 0;
  int64_t rows = 0;
  arrow::Status status;  ///< The first difference found.
};

/// Decodes every stored value of the chosen versions and compares size, checksum, rows,
/// nulls and value hashes with the manifest; the source is not touched. `on_table` is
/// called after each. kUnknownRelation for a table or run that the lake does not have.
arrow::Result<std::vector<VerifyOutcome>> VerifyTables(
    const VerifyOptions& options,
    const std::function<void(const VerifyOutcome&)>& on_table,
    const std::stop_token& stop);

}  // namespace carmilla
