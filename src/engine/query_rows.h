#pragma once

#include <memory>

#include <arrow/result.h>

#include "engine/task.h"
#include "stream/batch_source.h"
#include "stream/query_engine.h"

namespace carmilla {

/// The rows of an engine's answer with the columns that `read` asks for. The engine knows
/// names in lower case. kStaleHeader, naming every column, where one is missing or is of
/// a type that its member does not hold; what is NULL is for the reader to find.
arrow::Result<std::unique_ptr<BatchSource>> OpenQueryRows(
    std::unique_ptr<QueryResult> answer, const TaskRead& read);

}  // namespace carmilla
