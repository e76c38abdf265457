#include "operations/bucket_object.h"

#include <utility>

#include "core/error.h"
#include "store/s3_store.h"

namespace carmilla {

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenBucketObject(
    const OpenedLake& lake, const std::string& url) {
  if (lake.aws.credentials == nullptr) {
    return MakeError(ErrorKind::kUnsupported,
                     "reading an object of a bucket for a lake in a directory: " + url,
                     "copy it here first");
  }
  ARROW_ASSIGN_OR_RAISE(S3Location object, ParseS3Url(url));
  S3StoreOptions options = lake.s3_options;
  options.bucket = std::move(object.bucket);
  options.prefix.clear();
  options.expected_bucket_owner.clear();
  ARROW_ASSIGN_OR_RAISE(const auto store,
                        OpenS3Store(options, lake.aws.transport, lake.aws.credentials));
  return store->OpenRead(object.prefix);
}

}  // namespace carmilla
