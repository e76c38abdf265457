#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <arrow/io/interfaces.h>

#include "store/s3_bucket.h"

namespace carmilla {

/// Opens an object of a bucket for random reads, by one request that also brings its end,
/// where Parquet keeps its footer. An object of at most 64 KiB is read whole then, with
/// its checksum verified, and stays readable when it is replaced. A larger one is read by
/// ranges of the version that was opened: kConflict if it was replaced meanwhile, never
/// bytes of two. S3 has no checksum of a range; but whoever reads all ranges in order
/// is told by the last of them if they are not the bytes of the
/// object's checksum (kCorruptData).
arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenS3File(
    std::shared_ptr<S3Bucket> bucket, std::string key);

}  // namespace carmilla
