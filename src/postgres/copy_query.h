#pragma once

#include <cstddef>
#include <string>

#include <arrow/result.h>

#include "postgres/copy_reader.h"

namespace carmilla {

/// Renders the one statement that reads what `request` asks for:
/// `COPY (SELECT ctid, "a" FROM ONLY "s"."t" WHERE (...)) TO STDOUT (FORMAT binary)`.
/// ctid comes first if SelectsCtid; a kBlockRange has RenderRange as its last condition.
/// With markers it is `COPY "s"."t" ("a") TO STDOUT (FORMAT binary)`, which reads the
/// rows of that table only, too, and spares the server its executor.
/// kConfiguration for an impossible name.
arrow::Result<std::string> RenderCopy(const CopyRequest& request);

/// Renders a copy of the first row in `range`, of its first `num_columns` columns.
arrow::Result<std::string> RenderFirstRow(const CopyRequest& request, size_t num_columns,
                                          const BlockRange& range);

/// Renders what a user's query gives as an item of FROM: `(SELECT 1\n) AS query`. It may
/// end with a semicolon or a comment.
std::string RenderQueryItem(const std::string& query);

/// Renders the condition `ctid >= '(0,0)'::tid AND ctid < '(10,0)'::tid`.
std::string RenderRange(const BlockRange& range);

}  // namespace carmilla
