#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <arrow/result.h>

#include "core/secret.h"

namespace carmilla {

struct AwsCredentials {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;  ///< Empty for lasting keys.
  std::optional<std::chrono::system_clock::time_point> expires_at;
};

/// Where requests get the keys that sign them. Thread safe.
class AwsCredentialsProvider {
 public:
  virtual ~AwsCredentialsProvider() = default;

  /// The credentials to sign the next request with: asked before each signing, fetched
  /// anew at least five minutes before they expire. kAuthentication, naming each place
  /// that was looked at, where there are none; never empty ones.
  virtual arrow::Result<AwsCredentials> Get() = 0;

  /// The service called these expired: the next Get fetches others, unless that has
  /// happened already.
  virtual void Refuse(const AwsCredentials& credentials) = 0;
};

/// Always the same credentials.
std::shared_ptr<AwsCredentialsProvider> FixedAwsCredentials(AwsCredentials credentials);

}  // namespace carmilla
