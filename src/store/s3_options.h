#pragma once

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>

#include <arrow/status.h>

#include "http/aws_client.h"
#include "types/storage_choice.h"

namespace carmilla {

/// S3 takes no smaller part of an upload, but for the last one.
inline constexpr int64_t kSmallestS3Part = int64_t{5} << 20;

struct S3StoreOptions {
  std::string bucket;
  std::string prefix;  ///< Of all keys, without a slash at either end; "" is the bucket.
  std::string region = "us-east-1";
  std::string endpoint;  ///< `https://host:port`; "" is AWS's of the region.
  S3Addressing addressing = S3Addressing::kAutomatic;

  /// An object of at most one part is one PUT; the parts of a larger one grow, so that
  /// 10,000 suffice. At least 5 MiB.
  int64_t part_bytes = int64_t{16} << 20;
  /// How many parts of one object are on their way while the next one is filled. A writer
  /// holds at most `parts_in_flight` + 1 parts in memory: 32 MiB.
  int parts_in_flight = 1;

  S3Encryption encryption = S3Encryption::kBucketDefault;
  std::string kms_key_id;       ///< "" is the account's default key.
  bool uses_bucket_key = true;  ///< With SSE-KMS: fewer calls of KMS.
  std::string acl;              ///< Canned: `bucket-owner-full-control`.
  std::string storage_class;    ///< `STANDARD_IA`.
  std::map<std::string, std::string> tags;
  std::string content_type;  ///< "" follows the ending of the key.
  bool requester_pays = false;
  std::string expected_bucket_owner;  ///< Id of the account; "" is not checked.

  /// Ends every request of the store at once.
  std::stop_token stop;
  /// Attempts, waits and deadline; service, region and endpoint are set by the store.
  AwsClientOptions client;
  HttpLimits limits;
};

/// kConfiguration if something cannot be meant: no bucket, an http endpoint that is not a
/// URL, parts that are too small.
arrow::Status CheckS3Options(const S3StoreOptions& options);

/// True if the bucket belongs to the host, not to the path.
bool UsesVirtualHost(const S3StoreOptions& options);

/// Scheme and host of all requests.
std::string S3EndpointOf(const S3StoreOptions& options);

/// `s3://bucket/prefix/key`
std::string S3UriOf(const S3StoreOptions& options, std::string_view key);

/// Headers of requests that make an object: encryption, ACL, class, tags, type.
HttpHeaders ObjectHeaders(const S3StoreOptions& options, std::string_view key);

/// Headers of every request.
HttpHeaders CommonHeaders(const S3StoreOptions& options);

}  // namespace carmilla
