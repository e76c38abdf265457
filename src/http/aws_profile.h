#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

namespace carmilla {

/// A section of ~/.aws/config or ~/.aws/credentials: its keys in lower case.
using AwsProfile = std::map<std::string, std::string, std::less<>>;

/// What ~/.aws/config (AWS_CONFIG_FILE) and ~/.aws/credentials
/// (AWS_SHARED_CREDENTIALS_FILE) say. Of a key in both, the second file's counts.
class AwsProfiles {
 public:
  /// Reads both files; one that is missing has nothing in it. kAuthentication for one
  /// that cannot be read or has a line that is none, without showing the line.
  static arrow::Result<AwsProfiles> Read();

  /// Returns a profile; null when neither file has it.
  const AwsProfile* Find(std::string_view name) const;
  /// Returns `[sso-session NAME]`; null when there is none.
  const AwsProfile* FindSession(std::string_view name) const;

  std::vector<std::string> names() const;
  /// Names both files, for messages.
  const std::string& files() const { return files_; }

 private:
  arrow::Status ReadFile(const std::string& path, bool is_config);

  std::map<std::string, AwsProfile, std::less<>> profiles_;
  std::map<std::string, AwsProfile, std::less<>> sessions_;
  std::string files_;
};

/// The value of `key`; "" when the profile does not have it.
std::string ValueOf(const AwsProfile& profile, std::string_view key);

/// The profile that is meant when configuration names none: AWS_PROFILE, else `default`.
std::string DefaultProfileName();

/// The folder ~/.aws.
std::string AwsFolder();

}  // namespace carmilla
