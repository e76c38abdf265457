#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "aws/athena_client.h"
#include "aws/athena_engine.h"
#include "stream/query_engine.h"

namespace carmilla {

/// Whether a table of the lake can have the columns of a SELECT of Athena: neither times
/// with a zone nor anything else that Athena puts into no Parquet file. kUnsupportedType
/// names the column otherwise.
arrow::Status CheckUnloadable(const std::vector<AthenaColumn>& columns);

/// The rows of Parquet files that Athena wrote, one file behind the other, in the types
/// of the lake: Athena stores times as INT96 and every decimal as bytes. `open_object` is
/// kept. Of no files at all the types are those that Athena tells, which are not enough
/// for arrays, rows and maps: kUnsupportedType. kCorruptData for a file that does not
/// have these columns.
arrow::Result<std::unique_ptr<QueryResult>> OpenUnloadedRows(
    const std::vector<AthenaColumn>& columns, std::vector<std::string> files,
    AthenaEngine::OpenObject open_object);

}  // namespace carmilla
