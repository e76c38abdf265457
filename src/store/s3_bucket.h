#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "http/aws_client.h"
#include "store/s3_options.h"
#include "store/s3_xml.h"

namespace carmilla {

/// What an answer tells of an object.
struct S3Object {
  int64_t bytes = 0;
  std::string etag;
  std::optional<uint32_t> crc32c;  ///< Of the whole object, where S3 knows it.
  std::string write_id;            ///< Of the request that made it; see S3Bucket.
  std::string copy_of;             ///< Of a copy that was made by CopyWhile.
  std::string contents;            ///< The bytes that were asked for.
};

/// Under which condition a write happens.
struct S3Condition {
  /// The object must have this ETag; "" with `is_new` false: no condition.
  std::string etag;
  bool is_new = false;  ///< There must be no object.
};

/// The operations of S3 that the store is made of, on the objects under one prefix of one
/// bucket. Keys are the store's. Thread safe.
///
/// Every object that is made carries a random `write id` as metadata. A write whose
/// answer was lost, or that meets its own earlier attempt, is recognised by it.
class S3Bucket {
 public:
  S3Bucket(S3StoreOptions options, std::shared_ptr<HttpTransport> transport,
           std::shared_ptr<AwsCredentialsProvider> credentials);

  const S3StoreOptions& options() const { return options_; }

  /// A random name for one write.
  static std::string NewWriteId();

  /// Writes a whole object and returns its ETag. The checksum goes with it, and S3
  /// verifies it. kConflict if the condition does not hold. `metadata` are further pairs
  /// of x-amz-meta.
  arrow::Result<std::string> Put(std::string_view key, std::string_view contents,
                                 const S3Condition& condition = {},
                                 const HttpHeaders& metadata = {});

  arrow::Result<S3Object> Head(std::string_view key);

  /// Reads a whole object and verifies its checksum, repeatedly if the bytes are not what
  /// was stored; then kCorruptData.
  arrow::Result<S3Object> Get(std::string_view key);

  /// Reads the last `length` bytes, or all if there are fewer; `bytes` of the answer is
  /// the size of the whole object.
  arrow::Result<S3Object> GetEnd(std::string_view key, int64_t length);

  /// Reads `length` bytes at `position` of the object with that ETag; kConflict if it was
  /// replaced.
  arrow::Result<std::string> GetRange(std::string_view key, const std::string& etag,
                                      int64_t position, int64_t length);

  /// Removes an object; a missing one is OK. kConflict if it has another ETag than
  /// `etag` ("" is any).
  arrow::Status Delete(std::string_view key, const std::string& etag = "");

  /// One page of the keys that begin with `prefix`; with `delimiter` "/" those below a
  /// further slash appear as common prefixes. Keys of others under the bucket's prefix
  /// are as S3 has them, not checked.
  arrow::Result<S3ListPage> List(std::string_view prefix, std::string_view delimiter,
                                 const std::string& token);

  /// Multipart uploads. A copy's parts have no checksum of ours.
  arrow::Result<std::string> BeginUpload(std::string_view key,
                                         const std::string& write_id,
                                         bool is_copy = false,
                                         const HttpHeaders& metadata = {});
  arrow::Result<S3Part> UploadPart(std::string_view key, const std::string& upload_id,
                                   int number, std::string_view contents);
  arrow::Result<S3Part> CopyPart(std::string_view key, const std::string& upload_id,
                                 int number, std::string_view source,
                                 const std::string& source_etag, int64_t position,
                                 int64_t length);
  /// What the whole object must be when its upload is completed.
  struct Completion {
    std::string write_id;
    int64_t bytes = 0;
    std::optional<uint32_t> crc32c;
    S3Condition condition;
  };
  /// Makes the object of an upload visible; returns its ETag. Done if the object is there
  /// afterwards, however often the answer was lost. kConflict if the condition does not
  /// hold.
  arrow::Result<std::string> CompleteUpload(std::string_view key,
                                            const std::string& upload_id,
                                            const std::vector<S3Part>& parts,
                                            const Completion& completion);
  /// A missing upload is OK. `is_brief` after a failure or a stop, when nobody wants to
  /// wait for a bucket that may be away.
  arrow::Status AbortUpload(std::string_view key, const std::string& upload_id,
                            bool is_brief = false);

  /// Aborts the uploads under the prefix that began before `time`.
  arrow::Status AbortUploadsBefore(std::chrono::system_clock::time_point time);

  /// Whether the bucket itself aborts uploads under the prefix that are never finished,
  /// by a rule of its lifecycle.
  arrow::Result<bool> HasAbortRule();

 private:
  AwsRequest Request(std::string_view action, std::string_view method,
                     std::string_view key) const;
  AwsAnswer Call(const AwsRequest& request) {
    return client_.Call(request, options_.stop);
  }
  /// For what a stop must not leave half-way.
  AwsAnswer Finish(const AwsRequest& request) {
    return client_.Finish(request, options_.stop);
  }
  arrow::Status ReadFailure(const AwsAnswer& answer, std::string_view doing,
                            std::string_view key);
  arrow::Result<std::string> ResolveWrite(std::string_view key,
                                          const std::string& write_id,
                                          const AwsAnswer& answer);

  const S3StoreOptions options_;
  AwsClient client_;
};

}  // namespace carmilla
