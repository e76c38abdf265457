#include "http/aws_credential_chain.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/log.h"
#include "http/aws_endpoint.h"
#include "http/aws_profile.h"

namespace carmilla {
namespace {

using Clock = std::chrono::system_clock;
constexpr std::chrono::minutes kRenewal{5};
constexpr std::chrono::minutes kAgeOfLastingKeys{1};
constexpr std::chrono::seconds kShortestWait{10};

class CredentialChain : public AwsCredentialsProvider {
 public:
  explicit CredentialChain(AwsCredentialOptions options) : options_(std::move(options)) {}

  arrow::Result<AwsCredentials> Get() override {
    const std::lock_guard lock(mutex_);
    const Clock::time_point now = options_.now();
    if (kept_ && now < renew_at_) return *kept_;
    auto found = Find();
    if (!found.ok()) {
      const bool may_serve = kept_ && kept_->expires_at && now < *kept_->expires_at;
      if (!may_serve) return found.status();
      const std::string& message = found.status().message();
      LogWarning("AWS credentials could not be renewed: " +
                 message.substr(0, message.find('\n')));
      return *kept_;
    }
    renew_at_ = now + kAgeOfLastingKeys;
    if (found->expires_at) {
      // A service that gives the same old ones again is not asked at each request.
      renew_at_ = std::max(*found->expires_at - kRenewal, now + kShortestWait);
    }
    kept_ = *std::move(found);
    return *kept_;
  }

  void Refuse(const AwsCredentials& credentials) override {
    const std::lock_guard lock(mutex_);
    const bool is_kept =
        kept_ && kept_->access_key_id == credentials.access_key_id &&
        kept_->session_token.Reveal() == credentials.session_token.Reveal();
    if (is_kept) kept_.reset();
  }

 private:
  arrow::Result<AwsCredentials> Find() const {
    ARROW_ASSIGN_OR_RAISE(AwsCredentials found, FindFirst());
    if (found.expires_at && *found.expires_at <= options_.now()) {
      return CredentialError("those that were found have expired",
                             "renew them, as by `aws sso login`");
    }
    if (options_.assume_role.arn.empty()) return found;
    return AwsSts(options_.transport, options_.region)
        .AssumeRole(options_.assume_role, found);
  }

  arrow::Result<AwsCredentials> FindFirst() const {
    using Place = std::function<arrow::Result<AwsCredentialFinding>()>;
    std::vector<Place> places = {[this] { return LookInProfile(options_); }};
    if (options_.profile.empty()) {
      places = {[] { return LookInEnvironment(); },
                [this] { return LookForWebIdentity(options_); },
                [this] { return LookInProfile(options_); },
                [this] { return AskContainer(options_); },
                [this] { return AskInstance(options_); }};
    }
    std::vector<std::string> lines;
    lines.emplace_back("looking for AWS credentials: there are none");
    for (const Place& look : places) {
      ARROW_ASSIGN_OR_RAISE(AwsCredentialFinding finding, look());
      if (finding.credentials) {
        LogDebug("AWS credentials: " + finding.place);
        return *std::move(finding.credentials);
      }
      lines.push_back("  " + finding.place + ": " + finding.absence);
    }
    return MakeErrorList(
        ErrorKind::kAuthentication, lines,
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile "
        "by AWS_PROFILE or `aws: {profile: NAME}`, or run where a role "
        "is attached");
  }

  const AwsCredentialOptions options_;
  std::mutex mutex_;
  std::optional<AwsCredentials> kept_;
  Clock::time_point renew_at_;
};

}  // namespace

arrow::Status CredentialError(std::string problem, std::string hint) {
  return MakeError(ErrorKind::kAuthentication,
                   "looking for AWS credentials: " + std::move(problem), std::move(hint));
}

arrow::Result<AwsCredentialFinding> LookInEnvironment() {
  AwsCredentialFinding finding{.place = "the environment"};
  AwsCredentials credentials{
      .access_key_id = EnvironmentValue("AWS_ACCESS_KEY_ID"),
      .secret_access_key = Secret(EnvironmentValue("AWS_SECRET_ACCESS_KEY")),
      .session_token = Secret(EnvironmentValue("AWS_SESSION_TOKEN"))};
  if (credentials.access_key_id.empty()) {
    finding.absence = "AWS_ACCESS_KEY_ID is not set";
    return finding;
  }
  if (credentials.secret_access_key.empty()) {
    return CredentialError("AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not");
  }
  finding.credentials = std::move(credentials);
  return finding;
}

arrow::Result<AwsCredentialFinding> LookForWebIdentity(
    const AwsCredentialOptions& options) {
  AwsCredentialFinding finding{.place = "a web identity"};
  const std::string file = EnvironmentValue("AWS_WEB_IDENTITY_TOKEN_FILE");
  AwsRole role{.arn = EnvironmentValue("AWS_ROLE_ARN")};
  if (file.empty() || role.arn.empty()) {
    finding.absence =
        std::string(file.empty() ? "AWS_WEB_IDENTITY_TOKEN_FILE" : "AWS_ROLE_ARN") +
        " is not set";
    return finding;
  }
  const std::string session = EnvironmentValue("AWS_ROLE_SESSION_NAME");
  if (!session.empty()) role.session_name = session;
  ARROW_ASSIGN_OR_RAISE(finding.credentials, AssumeRoleByTokenFile(options, role, file));
  return finding;
}

arrow::Result<AwsCredentials> AssumeRoleByTokenFile(const AwsCredentialOptions& options,
                                                    const AwsRole& role,
                                                    const std::string& token_file) {
  std::ifstream file(token_file);
  std::string token{std::istreambuf_iterator<char>(file), {}};
  while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
  if (token.empty()) {
    return CredentialError("the file of the web identity cannot be read or is empty: " +
                           token_file);
  }
  return AwsSts(options.transport, options.region)
      .AssumeRoleWithWebIdentity(role, Secret(std::move(token)));
}

std::shared_ptr<AwsCredentialsProvider> OpenAwsCredentials(AwsCredentialOptions options) {
  return std::make_shared<CredentialChain>(std::move(options));
}

}  // namespace carmilla
