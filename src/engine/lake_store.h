#pragma once

#include <memory>

#include <arrow/result.h>

#include "plan/lake_location.h"
#include "stream/object_store.h"

namespace carmilla {

/// Opens the store of a lake, or of plain files: a directory, or a bucket. A directory
/// never touches anything of AWS.
arrow::Result<std::shared_ptr<ObjectStore>> OpenLakeStore(const LakeLocation& location);

}  // namespace carmilla
