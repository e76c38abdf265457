#pragma once

#include <string_view>

#include <arrow/status.h>

#include "store/s3_bucket.h"
#include "stream/object_store.h"

// What needs a lock on a directory and must do without one on S3:
// docs/decisions/0009-following-on-s3.md.

namespace carmilla {

/// See ObjectStore::CopyWhile.
arrow::Status CopyOnS3While(S3Bucket& bucket, const ObjectGuard& guard,
                            std::string_view source, std::string_view target);

/// See ObjectStore::DeleteWhile.
arrow::Status DeleteOnS3While(S3Bucket& bucket, const ObjectGuard& guard,
                              std::string_view key);

}  // namespace carmilla
