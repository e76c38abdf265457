#pragma once

#include <string>

#include <arrow/result.h>

#include "postgres/copy_reader.h"

namespace carmilla {

/// Renders the one statement that reads what `request` asks for:
/// `COPY (SELECT ctid, "a" FROM ONLY "s"."t" WHERE (...) AND ctid >= '(0,0)'::tid ...) TO
/// STDOUT (FORMAT binary)`. ctid comes first unless the method is kStream. kConfiguration
/// for an impossible name.
arrow::Result<std::string> RenderCopy(const CopyRequest& request);

}  // namespace carmilla
