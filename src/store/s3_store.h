#pragma once

#include <memory>

#include <arrow/result.h>

#include "http/aws_credentials.h"
#include "http/http_transport.h"
#include "store/s3_options.h"
#include "stream/object_store.h"

namespace carmilla {

/// Opens a bucket, or what begins with a prefix in it, as an object store; makes no
/// request. Every body that is written carries its CRC-32C, which S3 verifies and keeps,
/// and every object that is read whole is verified against it. Create and CompareAndSwap
/// are one conditional PUT; a lost answer is resolved by reading back who wrote.
///
/// Besides what ObjectStore says: a version is an ETag (with SSE-KMS, equal contents may
/// have different ones). OpenRead gives kConflict for an object of more than 64 KiB that
/// is replaced while it is read. CopyWhile and DeleteWhile have no lock; what they
/// promise, docs/decisions/0009-following-on-s3.md tells.
arrow::Result<std::shared_ptr<ObjectStore>> OpenS3Store(
    const S3StoreOptions& options, std::shared_ptr<HttpTransport> transport,
    std::shared_ptr<AwsCredentialsProvider> credentials);

}  // namespace carmilla
