#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <arrow/result.h>

#include "http/aws_credentials.h"
#include "http/aws_sts.h"
#include "http/http_transport.h"

namespace carmilla {

/// What is needed to look for credentials.
struct AwsCredentialOptions {
  /// The profile to use, and nothing else; "": the environment first, then AWS_PROFILE or
  /// `default`, then what the machine has.
  std::string profile;
  AwsRole assume_role;  ///< To take on with what was found; arn "": none.
  std::string region;   ///< Of STS; "" is its global endpoint.
  std::shared_ptr<HttpTransport> transport;  ///< To AWS.
  /// To the machine's own services, past every proxy.
  std::shared_ptr<HttpTransport> local_transport;
  std::function<std::chrono::system_clock::time_point()> now = [] {
    return std::chrono::system_clock::now();
  };
};

/// What one place has: credentials, or why it has none.
struct AwsCredentialFinding {
  std::string place;  ///< For messages: `the environment`.
  std::optional<AwsCredentials> credentials;
  std::string absence;
};

// One place each. An error (kAuthentication mostly) is a place that is set up and does
// not work: looking further would find other rights than were meant.

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
arrow::Result<AwsCredentialFinding> LookInEnvironment();

/// AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, as Kubernetes sets them (IRSA).
arrow::Result<AwsCredentialFinding> LookForWebIdentity(
    const AwsCredentialOptions& options);

/// A profile: lasting keys in either file, a role with source_profile, credential_source
/// or web_identity_token_file, credential_process, or what `aws sso login` left.
arrow::Result<AwsCredentialFinding> LookInProfile(const AwsCredentialOptions& options);

/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI (ECS, EKS Pod Identity).
arrow::Result<AwsCredentialFinding> AskContainer(const AwsCredentialOptions& options);

/// The metadata service of EC2, version 2 only.
arrow::Result<AwsCredentialFinding> AskInstance(const AwsCredentialOptions& options);

/// Takes on the role whose identity token lies in a file.
arrow::Result<AwsCredentials> AssumeRoleByTokenFile(const AwsCredentialOptions& options,
                                                    const AwsRole& role,
                                                    const std::string& token_file);

/// Makes an error of a place that does not work.
arrow::Status CredentialError(std::string problem, std::string hint = "");

}  // namespace carmilla
