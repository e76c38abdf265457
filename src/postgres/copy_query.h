#pragma once

#include <string>

#include <arrow/result.h>

#include "postgres/copy_reader.h"

namespace carmilla {

/// Renders the one statement that reads what `request` asks for:
/// `COPY (SELECT ctid, "a" FROM ONLY "s"."t" WHERE (...)) TO STDOUT (FORMAT binary)`.
/// ctid comes first if SelectsCtid; a kBlockRange has RenderRange as its last condition.
/// kConfiguration for an impossible name.
arrow::Result<std::string> RenderCopy(const CopyRequest& request);

/// Renders the condition `ctid >= '(0,0)'::tid AND ctid < '(10,0)'::tid`.
std::string RenderRange(const BlockRange& range);

}  // namespace carmilla
