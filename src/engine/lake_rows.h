#pragma once

#include <memory>
#include <string>

#include <arrow/result.h>

#include "engine/task.h"
#include "lake/lake.h"
#include "stream/batch_source.h"

namespace carmilla {

/// The rows of one version of a table.
struct LakeTableRows {
  std::unique_ptr<BatchSource> rows;
  std::string run_id;  ///< Of the run that published the version.
};

/// Opens the rows of the table that `read` names, in the version that its pointer names
/// now: file by file, only the columns of the read. A partition's value is a column like
/// any other, a text or a date. Columns are found by their names, as PostgreSQL spells
/// them or as files for a catalog do.
///
/// kUnknownRelation, with the nearest name, for a table that is not there; kStaleHeader,
/// naming every column, where one is missing, is of a type that its member does not hold
/// or holds NULL for which there is no room. kCorruptData where a file is missing or is
/// not what the manifest says: its size, its rows, and, known when the last row of the
/// file has been read, the proof of every column that was read.
arrow::Result<LakeTableRows> OpenLakeRows(const Lake& lake, const TaskRead& read);

}  // namespace carmilla
