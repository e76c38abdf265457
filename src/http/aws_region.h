#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <arrow/result.h>

#include "http/aws_credentials.h"
#include "http/http_transport.h"

namespace carmilla {

/// The region that AWS_REGION, AWS_DEFAULT_REGION or `profile` (""; the usual one) names;
/// "" where none does. kAuthentication for files of profiles that cannot be read.
arrow::Result<std::string> EnvironmentRegion(const std::string& profile);

/// Asks where a bucket is, by one signed request that needs no right on it. `endpoint`
/// other than AWS's that does not tell is in us-east-1. kConfiguration if there is no
/// such bucket, else as AwsClient.
arrow::Result<std::string> FindBucketRegion(
    std::string_view bucket, const std::string& endpoint,
    std::shared_ptr<HttpTransport> transport,
    std::shared_ptr<AwsCredentialsProvider> credentials);

}  // namespace carmilla
