#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

// The XML documents of S3's REST API that the store reads and writes.

namespace carmilla {

/// One page of ListObjectsV2.
struct S3ListPage {
  struct Entry {
    std::string key;
    int64_t bytes = 0;
  };
  std::vector<Entry> entries;
  std::vector<std::string> common_prefixes;
  std::string next_token;  ///< "" on the last page.
};

/// Reads an answer in which keys are URL-encoded (encoding-type=url). kIo if it is none.
arrow::Result<S3ListPage> ParseS3ListPage(std::string_view xml);

/// Reads `name` directly under the root of an answer: UploadId, ETag, ChecksumCRC32C.
arrow::Result<std::string> ParseS3Value(std::string_view xml, const char* name);

/// A part of a multipart upload as S3 confirmed it.
struct S3Part {
  int number = 0;
  std::string etag;
  std::string crc32c;  ///< Base64; "" where it is not known.
};

/// The body of CompleteMultipartUpload.
std::string S3CompletionOf(const std::vector<S3Part>& parts);

/// An upload that was begun and neither completed nor aborted.
struct S3Upload {
  std::string key;  ///< In the bucket: with the prefix.
  std::string id;
  std::string initiated;  ///< 2026-01-02T03:04:05.000Z
};

/// One page of ListMultipartUploads.
struct S3UploadPage {
  std::vector<S3Upload> uploads;
  std::string next_key;  ///< "" on the last page.
  std::string next_id;
};

/// Reads an answer in which keys are URL-encoded if it says so. kIo if it is none.
arrow::Result<S3UploadPage> ParseS3UploadPage(std::string_view xml);

/// Whether a rule of a bucket's lifecycle (GetBucketLifecycleConfiguration) aborts
/// uploads of keys with `prefix` that were never finished. kIo if `xml` is none.
arrow::Result<bool> AbortsUploads(std::string_view xml, std::string_view prefix);

}  // namespace carmilla
