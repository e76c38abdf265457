#pragma once

#include <memory>
#include <string>

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include "engine/lake_store.h"

namespace carmilla {

/// Opens an object of any bucket by its s3:// URL, with keys and endpoint of `lake`.
arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenBucketObject(
    const OpenedLake& lake, const std::string& url);

}  // namespace carmilla
