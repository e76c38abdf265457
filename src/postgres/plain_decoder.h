#pragma once

#include <optional>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "postgres/copy_reader.h"

namespace carmilla {

/// Test support: one row as a server sends it.
struct PlainRow {
  uint32_t block = 0;  ///< Of its ctid.
  std::vector<std::optional<std::string>> fields;
  std::string damage;  ///< Sent behind the fields, where nothing belongs.
};

/// Test support: the messages of a copy of these rows.
std::vector<std::string> MessagesOf(const std::vector<PlainRow>& rows);

/// Test support: what a copy should become.
struct PlainAnswer {
  std::vector<SourceBatch> batches;
  arrow::Status status;  ///< Its message ends with the place: row and column, if any.
  std::vector<PolicyCounts> counts;
};

/// The plain twin of BatchAssembler and its decoders: cell by cell in the order of
/// reading, through Arrow's builders, with no thought of speed and nothing in common with
/// them.
arrow::Result<PlainAnswer> DecodePlainly(const CopyRequest& request,
                                         const std::vector<PlainRow>& rows,
                                         int32_t server_version);

}  // namespace carmilla
