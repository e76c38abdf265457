#include "http/aws_profile.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "core/error.h"
#include "core/letter_case.h"
#include "http/aws_endpoint.h"

namespace carmilla {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Where one of the files is: as the variable says, else in ~/.aws.
std::string PathOf(const char* variable, const char* name) {
  const std::string path = EnvironmentValue(variable);
  return path.empty() ? AwsFolder() + "/" + name : path;
}

/// What follows `=`, without a comment.
std::string_view ValueIn(std::string_view text) {
  for (const std::string_view comment : {" #", " ;", "\t#", "\t;"}) {
    text = text.substr(0, text.find(comment));
  }
  return Trim(text);
}

}  // namespace

arrow::Result<AwsProfiles> AwsProfiles::Read() {
  AwsProfiles profiles;
  const std::string config = PathOf("AWS_CONFIG_FILE", "config");
  const std::string credentials = PathOf("AWS_SHARED_CREDENTIALS_FILE", "credentials");
  profiles.files_ = config + " and " + credentials;
  ARROW_RETURN_NOT_OK(profiles.ReadFile(config, /*is_config=*/true));
  ARROW_RETURN_NOT_OK(profiles.ReadFile(credentials, /*is_config=*/false));
  return profiles;
}

arrow::Status AwsProfiles::ReadFile(const std::string& path, bool is_config) {
  std::ifstream file(path);
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return arrow::Status::OK();
    return MakeError(ErrorKind::kAuthentication,
                     "looking for AWS credentials: " + std::string(std::strerror(errno)) +
                         ": " + path);
  }
  AwsProfile* section = nullptr;
  AwsProfile ignored;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const std::string_view text = Trim(line);
    if (text.empty() || text.front() == '#' || text.front() == ';') continue;
    // A map below a key, such as `s3 =`, is nothing of ours.
    const bool is_nested = kBlanks.find(line.front()) != std::string_view::npos;
    if (text.front() == '[' && !is_nested) {
      std::string_view name = Trim(text.substr(1, text.find(']') - 1));
      section = &ignored;
      if (!is_config) {
        section = &profiles_[std::string(name)];
      } else if (name == "default") {
        section = &profiles_["default"];
      } else if (name.starts_with("profile ")) {
        section = &profiles_[std::string(Trim(name.substr(8)))];
      } else if (name.starts_with("sso-session ")) {
        section = &sessions_[std::string(Trim(name.substr(12)))];
      }
      continue;
    }
    if (is_nested) continue;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos || section == nullptr) {
      return MakeError(ErrorKind::kAuthentication,
                       "looking for AWS credentials: the line is neither [section] nor "
                       "key = value: " +
                           path + ":" + std::to_string(number));
    }
    (*section)[LowerCase(Trim(text.substr(0, equals)))] =
        ValueIn(text.substr(equals + 1));
  }
  return arrow::Status::OK();
}

const AwsProfile* AwsProfiles::Find(std::string_view name) const {
  const auto found = profiles_.find(name);
  return found == profiles_.end() ? nullptr : &found->second;
}

const AwsProfile* AwsProfiles::FindSession(std::string_view name) const {
  const auto found = sessions_.find(name);
  return found == sessions_.end() ? nullptr : &found->second;
}

std::vector<std::string> AwsProfiles::names() const {
  std::vector<std::string> names;
  for (const auto& [name, profile] : profiles_) names.push_back(name);
  return names;
}

std::string ValueOf(const AwsProfile& profile, std::string_view key) {
  const auto found = profile.find(key);
  return found == profile.end() ? "" : found->second;
}

std::string DefaultProfileName() {
  const std::string name = EnvironmentValue("AWS_PROFILE");
  return name.empty() ? "default" : name;
}

std::string AwsFolder() { return EnvironmentValue("HOME") + "/.aws"; }

}  // namespace carmilla
