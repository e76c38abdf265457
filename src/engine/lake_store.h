#pragma once

#include <memory>
#include <stop_token>

#include <arrow/result.h>

#include "engine/aws_access.h"
#include "plan/configuration.h"
#include "plan/lake_location.h"
#include "store/s3_options.h"
#include "stream/catalog.h"
#include "stream/object_store.h"

namespace carmilla {

/// The store of a lake, and how others may read the same objects.
struct OpenedLake {
  std::shared_ptr<ObjectStore> store;
  AwsAccess aws;              ///< Of a bucket; else empty.
  S3StoreOptions s3_options;  ///< Of a bucket.
  /// Follows the lake's pointers; null if none is configured.
  std::shared_ptr<Catalog> catalog;
};

/// Opens the store of a lake, or of plain files: a directory, or a bucket. A directory
/// never touches anything of AWS. For a bucket, credentials are looked for
/// (kAuthentication where there are none) and, where nothing says its region, it is asked
/// for it; `stop` ends every request at once.
arrow::Result<OpenedLake> OpenLake(const LakeLocation& location,
                                   const std::stop_token& stop = {});

/// The same for those who need the store only.
arrow::Result<std::shared_ptr<ObjectStore>> OpenLakeStore(
    const LakeLocation& location, const std::stop_token& stop = {});

/// How large the parts of uploads may be, so that those of all files that a run writes at
/// once take a fifth of its memory: a writer holds two, and a worker writes many files
/// where a table is partitioned. At most as configured; 5 MiB where that is too much.
int64_t PartBytesFor(const Configuration& configuration);

}  // namespace carmilla
