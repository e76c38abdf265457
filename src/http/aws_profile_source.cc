#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/json.h"
#include "core/suggest.h"
#include "http/aws_credential_json.h"
#include "http/aws_credential_source.h"
#include "http/aws_endpoint.h"
#include "http/aws_profile.h"
#include "http/aws_signature.h"
#include "http/aws_time.h"
#include "http/credential_process.h"

namespace carmilla {
namespace {

constexpr int kHttpOk = 200;

std::string ReadWholeFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What `aws sso login` left: a file of JSON, one for each portal.
struct SsoToken {
  Secret access_token;
  std::chrono::system_clock::time_point expires_at;
};

std::optional<SsoToken> ReadSsoToken(const std::filesystem::path& path,
                                     const std::string& portal) {
  const auto json = ParseJson(ReadWholeFile(path), "the token");
  if (!json.ok() || !json->is_object()) return std::nullopt;
  const JsonObjectReader reader(*json, "the token");
  const auto url = reader.OptionalString("startUrl");
  const auto token = reader.OptionalString("accessToken");
  const auto expiry = reader.OptionalString("expiresAt");
  if (!url.ok() || !token.ok() || !expiry.ok() || *url != portal || token->empty()) {
    return std::nullopt;
  }
  const auto expires_at = ParseAwsTime(*expiry);
  if (!expires_at.has_value()) return std::nullopt;
  return SsoToken{Secret(*token), *expires_at};
}

/// The token of `portal` that lasts longest.
std::optional<SsoToken> FindSsoToken(const std::string& portal) {
  std::optional<SsoToken> best;
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator(AwsFolder() + "/sso/cache", ignored)) {
    if (entry.path().extension() != ".json") continue;
    auto token = ReadSsoToken(entry.path(), portal);
    if (token && (!best || best->expires_at < token->expires_at)) best = std::move(token);
  }
  return best;
}

/// Follows profiles by their source_profile.
class ProfileResolver {
 public:
  ProfileResolver(const AwsCredentialOptions& options, AwsProfiles profiles)
      : options_(options), profiles_(std::move(profiles)) {}

  /// Nothing: the profile has no credentials of any kind.
  arrow::Result<std::optional<AwsCredentials>> Resolve(const std::string& name) {
    const AwsProfile* profile = profiles_.Find(name);
    if (profile == nullptr) return std::optional<AwsCredentials>();
    const bool is_again = std::ranges::find(visited_, name) != visited_.end();
    visited_.push_back(name);
    if (!is_again && !ValueOf(*profile, "role_arn").empty()) {
      return ResolveRole(name, *profile);
    }
    if (!ValueOf(*profile, "aws_access_key_id").empty()) return KeysOf(name, *profile);
    if (is_again) {
      return CredentialError("profile " + name + " is its own source_profile");
    }
    if (profile->contains("sso_start_url") || profile->contains("sso_session")) {
      return AskSso(name, *profile);
    }
    const std::string command = ValueOf(*profile, "credential_process");
    if (command.empty()) return std::optional<AwsCredentials>();
    ARROW_ASSIGN_OR_RAISE(const std::string output, RunCredentialProcess(command));
    return Some(ReadCredentialJson(output, "credential_process of profile " + name));
  }

  const AwsProfiles& profiles() const { return profiles_; }

 private:
  static arrow::Result<std::optional<AwsCredentials>> Some(
      arrow::Result<AwsCredentials> credentials) {
    ARROW_RETURN_NOT_OK(credentials.status());
    return std::optional<AwsCredentials>(*std::move(credentials));
  }

  static arrow::Result<std::optional<AwsCredentials>> KeysOf(const std::string& name,
                                                             const AwsProfile& profile) {
    AwsCredentials credentials{
        .access_key_id = ValueOf(profile, "aws_access_key_id"),
        .secret_access_key = Secret(ValueOf(profile, "aws_secret_access_key")),
        .session_token = Secret(ValueOf(profile, "aws_session_token"))};
    if (credentials.secret_access_key.empty()) {
      return CredentialError("profile " + name + " has no aws_secret_access_key");
    }
    return std::optional<AwsCredentials>(std::move(credentials));
  }

  arrow::Result<std::optional<AwsCredentials>> ResolveRole(const std::string& name,
                                                           const AwsProfile& profile) {
    AwsRole role{.arn = ValueOf(profile, "role_arn"),
                 .external_id = ValueOf(profile, "external_id")};
    const std::string session = ValueOf(profile, "role_session_name");
    if (!session.empty()) role.session_name = session;
    if (!ValueOf(profile, "mfa_serial").empty()) {
      return CredentialError("profile " + name + " asks for a code (mfa_serial)",
                             "get a session by `aws sts get-session-token` or `aws sso "
                             "login`, and name that profile");
    }
    const std::string token = ValueOf(profile, "web_identity_token_file");
    if (!token.empty()) return Some(AssumeRoleByTokenFile(options_, role, token));
    ARROW_ASSIGN_OR_RAISE(const AwsCredentials source, SourceOf(name, profile));
    return Some(AwsSts(options_.transport, Region(profile)).AssumeRole(role, source));
  }

  arrow::Result<AwsCredentials> SourceOf(const std::string& name,
                                         const AwsProfile& profile) {
    const std::string source = ValueOf(profile, "source_profile");
    if (!source.empty()) {
      ARROW_ASSIGN_OR_RAISE(auto found, Resolve(source));
      if (found) return *std::move(found);
      return CredentialError(
          "profile " + name + " names a source_profile without keys: " + source,
          DidYouMean(source, profiles_.names()));
    }
    const std::string place = ValueOf(profile, "credential_source");
    arrow::Result<AwsCredentialFinding> finding =
        place == "Environment"           ? LookInEnvironment()
        : place == "Ec2InstanceMetadata" ? AskInstance(options_)
        : place == "EcsContainer"
            ? AskContainer(options_)
            : CredentialError("profile " + name +
                                  " has a role_arn, but no source_profile and no "
                                  "credential_source",
                              "credential_source is Environment, Ec2InstanceMetadata or "
                              "EcsContainer");
    ARROW_RETURN_NOT_OK(finding.status());
    if (finding->credentials) return *std::move(finding->credentials);
    return CredentialError("profile " + name + " takes its keys from " + finding->place +
                           ": " + finding->absence);
  }

  std::string Region(const AwsProfile& profile) const {
    return options_.region.empty() ? ValueOf(profile, "region") : options_.region;
  }

  arrow::Result<std::optional<AwsCredentials>> AskSso(const std::string& name,
                                                      const AwsProfile& profile) {
    const std::string session = ValueOf(profile, "sso_session");
    const AwsProfile* portal =
        session.empty() ? &profile : profiles_.FindSession(session);
    if (portal == nullptr) {
      return CredentialError("profile " + name +
                             " names an sso_session that is not there: " + session);
    }
    const std::string login = "aws sso login --profile " + name;
    const auto token = FindSsoToken(ValueOf(*portal, "sso_start_url"));
    if (!token) return CredentialError("profile " + name + " is not logged in", login);
    if (token->expires_at <= options_.now()) {
      return CredentialError("the login of profile " + name + " has expired", login);
    }
    const std::string url =
        AwsEndpointOf("portal.sso", ValueOf(*portal, "sso_region")) +
        "/federation/credentials?" +
        CanonicalQuery({{"role_name", ValueOf(profile, "sso_role_name")},
                        {"account_id", ValueOf(profile, "sso_account_id")}});
    auto answer = options_.transport->Send(
        {.url = url,
         .headers = {{"x-amz-sso_bearer_token", token->access_token.Reveal()}},
         .limits = {.deadline = std::chrono::seconds(30)}});
    if (!answer.ok()) return WithContext(answer.status(), "asking for keys by SSO");
    if (answer->status != kHttpOk) {
      return CredentialError("SSO gave no keys to profile " + name + ": HTTP status " +
                                 std::to_string(answer->status),
                             login);
    }
    return Some(ReadCredentialJson(answer->body, "SSO"));
  }

  const AwsCredentialOptions& options_;
  const AwsProfiles profiles_;
  std::vector<std::string> visited_;
};

}  // namespace

arrow::Result<AwsCredentialFinding> LookInProfile(const AwsCredentialOptions& options) {
  ARROW_ASSIGN_OR_RAISE(AwsProfiles profiles, AwsProfiles::Read());
  const std::string name =
      options.profile.empty() ? DefaultProfileName() : options.profile;
  ProfileResolver resolver(options, std::move(profiles));
  AwsCredentialFinding finding{.place = "profile " + name};
  ARROW_ASSIGN_OR_RAISE(finding.credentials, resolver.Resolve(name));
  const AwsProfiles& read = resolver.profiles();
  if (read.Find(name) != nullptr) {
    finding.absence = "it has no keys, role, credential_process or SSO";
  } else {
    const std::string nearest = DidYouMean(name, read.names());
    finding.absence = "not in " + read.files() + (nearest.empty() ? "" : "; " + nearest);
  }
  return finding;
}

}  // namespace carmilla
