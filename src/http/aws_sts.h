#pragma once

#include <memory>
#include <string>

#include <arrow/result.h>

#include "http/aws_credentials.h"
#include "http/http_transport.h"

namespace carmilla {

/// A role to take on.
struct AwsRole {
  std::string arn;  ///< "": none.
  std::string external_id;
  std::string session_name = "carmilla";
};

/// AWS STS, which gives credentials of roles. `region` "" is its global endpoint.
class AwsSts {
 public:
  AwsSts(std::shared_ptr<HttpTransport> transport, std::string region)
      : transport_(std::move(transport)), region_(std::move(region)) {}

  /// Takes on a role with `credentials`. kAuthentication if STS refuses.
  arrow::Result<AwsCredentials> AssumeRole(const AwsRole& role,
                                           const AwsCredentials& credentials) const;

  /// Takes on a role with the token of an identity provider (Kubernetes), which itself is
  /// the proof: this request is not signed.
  arrow::Result<AwsCredentials> AssumeRoleWithWebIdentity(const AwsRole& role,
                                                          const Secret& token) const;

  /// Tells the ARN of whom `credentials` belong to; needs no right.
  arrow::Result<std::string> CallerArn(const AwsCredentials& credentials) const;

 private:
  std::string Region() const { return region_.empty() ? "us-east-1" : region_; }

  const std::shared_ptr<HttpTransport> transport_;
  const std::string region_;
};

}  // namespace carmilla
