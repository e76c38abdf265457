#include "store/s3_options.h"

#include "core/error.h"
#include "http/aws_endpoint.h"

namespace carmilla {
namespace {

constexpr int64_t kLargestPart = int64_t{1} << 30;

std::string_view TypeOf(std::string_view key) {
  if (key.ends_with(".parquet")) return "application/vnd.apache.parquet";
  if (key.ends_with(".json")) return "application/json";
  if (key.ends_with(".csv")) return "text/csv";
  return "application/octet-stream";
}

arrow::Status Refuse(const std::string& problem, const std::string& hint = "") {
  return MakeError(ErrorKind::kConfiguration, "opening a lake on S3: " + problem, hint);
}

}  // namespace

arrow::Status CheckS3Options(const S3StoreOptions& options) {
  if (options.bucket.empty()) return Refuse("no bucket is named", "s3://bucket/prefix");
  if (options.bucket.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") !=
      std::string::npos) {
    return Refuse("no bucket can have this name: " + options.bucket);
  }
  if (options.prefix.starts_with('/') || options.prefix.ends_with('/')) {
    return Refuse("the prefix begins or ends with a slash: " + options.prefix);
  }
  if (options.region.empty()) {
    return Refuse("no region is known", "aws: {region: ...}, or AWS_REGION");
  }
  if (!options.endpoint.empty() && !options.endpoint.starts_with("https://") &&
      !options.endpoint.starts_with("http://")) {
    return Refuse("the endpoint is not a URL: " + options.endpoint, "https://host:port");
  }
  if (options.part_bytes < kSmallestS3Part || options.part_bytes > kLargestPart) {
    return Refuse("parts have 5 MiB to 1 GiB, not " + std::to_string(options.part_bytes) +
                  " bytes");
  }
  if (options.parts_in_flight < 1) return Refuse("no part may be on its way");
  if (!options.kms_key_id.empty() && options.encryption != S3Encryption::kKms) {
    return Refuse("a KMS key is named, but the encryption is another");
  }
  return arrow::Status::OK();
}

bool UsesVirtualHost(const S3StoreOptions& options) {
  switch (options.addressing) {
    case S3Addressing::kPath:
      return false;
    case S3Addressing::kVirtualHost:
      return true;
    case S3Addressing::kAutomatic:
      break;
  }
  // The certificate of *.s3.region.amazonaws.com covers no name with a dot.
  return options.endpoint.empty() && options.bucket.find('.') == std::string::npos;
}

std::string S3EndpointOf(const S3StoreOptions& options) {
  std::string endpoint = options.endpoint;
  if (endpoint.empty()) {
    endpoint = PublicAwsEndpoint("s3", options.region);
  }
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (UsesVirtualHost(options)) {
    endpoint.insert(endpoint.find("://") + 3, options.bucket + ".");
  }
  return endpoint;
}

std::string S3UriOf(const S3StoreOptions& options, std::string_view key) {
  std::string uri = "s3://" + options.bucket;
  if (!options.prefix.empty()) uri += "/" + options.prefix;
  if (!key.empty()) uri += "/" + std::string(key);
  return uri;
}

HttpHeaders ObjectHeaders(const S3StoreOptions& options, std::string_view key) {
  HttpHeaders headers = {{"Content-Type", options.content_type.empty()
                                              ? std::string(TypeOf(key))
                                              : options.content_type}};
  if (options.encryption == S3Encryption::kS3) {
    headers.emplace_back("x-amz-server-side-encryption", "AES256");
  }
  if (options.encryption == S3Encryption::kKms) {
    headers.emplace_back("x-amz-server-side-encryption", "aws:kms");
    if (!options.kms_key_id.empty()) {
      headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id",
                           options.kms_key_id);
    }
    headers.emplace_back("x-amz-server-side-encryption-bucket-key-enabled",
                         options.uses_bucket_key ? "true" : "false");
  }
  if (!options.acl.empty()) headers.emplace_back("x-amz-acl", options.acl);
  if (!options.storage_class.empty()) {
    headers.emplace_back("x-amz-storage-class", options.storage_class);
  }
  if (!options.tags.empty()) {
    headers.emplace_back("x-amz-tagging",
                         CanonicalQuery({options.tags.begin(), options.tags.end()}));
  }
  return headers;
}

HttpHeaders CommonHeaders(const S3StoreOptions& options) {
  HttpHeaders headers;
  if (options.requester_pays) headers.emplace_back("x-amz-request-payer", "requester");
  if (!options.expected_bucket_owner.empty()) {
    headers.emplace_back("x-amz-expected-bucket-owner", options.expected_bucket_owner);
  }
  return headers;
}

}  // namespace carmilla
