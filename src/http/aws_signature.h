#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "http/aws_credentials.h"
#include "http/http_transport.h"

namespace carmilla {

/// Names and values of a URL's query, not encoded.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;

/// Percent-encodes all but A-Z a-z 0-9 - . _ ~ and, where asked, the slash.
std::string UriEncode(std::string_view text, bool keep_slashes = false);

/// `name=value&...`, encoded and sorted as Signature V4 wants it; send it as it is.
std::string CanonicalQuery(const QueryParameters& query);

/// What belongs to a signature besides the request itself.
struct AwsScope {
  std::string region;
  std::string service;  ///< `s3`, `glue`, `rds-db`.
  std::chrono::system_clock::time_point time;
};

/// A request as Signature V4 sees it.
struct SignableRequest {
  std::string method;
  std::string path = "/";  ///< Not encoded.
  QueryParameters query;
  HttpHeaders headers;  ///< All are signed; `host` must be among them.
  /// SHA-256 of the body in hexadecimal digits, or UNSIGNED-PAYLOAD.
  std::string payload_sha256;
};

/// Returns the headers to add to those of `request`: X-Amz-Date, X-Amz-Security-Token for
/// temporary credentials, X-Amz-Content-Sha256 for S3, and Authorization. A pure
/// function.
arrow::Result<HttpHeaders> SignedHeaders(const SignableRequest& request,
                                         const AwsCredentials& credentials,
                                         const AwsScope& scope);

/// Returns the whole query of a presigned URL of `request`, encoded. (The token of
/// RDS's IAM login is `host:port/?` and this query, for GET / with Action=connect and
/// DBUser.)
arrow::Result<std::string> PresignedQuery(const SignableRequest& request,
                                          const AwsCredentials& credentials,
                                          const AwsScope& scope,
                                          std::chrono::seconds lifetime);

}  // namespace carmilla
