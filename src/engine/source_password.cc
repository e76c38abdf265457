#include "engine/source_password.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "aws/rds_token.h"
#include "aws/secret_value.h"
#include "core/error.h"
#include "engine/aws_access.h"

namespace carmilla {
namespace {

constexpr std::chrono::seconds kSecretDeadline{60};
constexpr char kRegionHint[] = "write aws: {region: ...}, or set AWS_REGION";

/// One secret, read when it is asked for the first time. Thread safe.
class KeptSecret {
 public:
  KeptSecret(SecretReference reference, std::shared_ptr<AwsClient> client)
      : reference_(std::move(reference)), client_(std::move(client)) {}

  arrow::Result<Secret> Get(const Secret* refused) {
    const std::lock_guard lock(mutex_);
    const bool is_refused =
        refused != nullptr && kept_ && kept_->Reveal() == refused->Reveal();
    if (!kept_ || is_refused) {
      ARROW_ASSIGN_OR_RAISE(kept_, ReadSecretValue(*client_, reference_));
    }
    return *kept_;
  }

 private:
  const SecretReference reference_;
  const std::shared_ptr<AwsClient> client_;
  std::mutex mutex_;
  std::optional<Secret> kept_;
};

/// The region in an ARN, `arn:aws:secretsmanager:REGION:...`; "" for a name.
std::string RegionOfArn(const std::string& id) {
  if (!id.starts_with("arn:")) return "";
  size_t begin = 0;
  for (int i = 0; i < 3 && begin != std::string::npos; ++i) {
    begin = id.find(':', begin);
    if (begin != std::string::npos) ++begin;
  }
  if (begin == std::string::npos) return "";
  return id.substr(begin, id.find(':', begin) - begin);
}

arrow::Result<PasswordSource> FromSecret(const SecretConfiguration& secret,
                                         AwsAccess access) {
  if (std::string of_arn = RegionOfArn(secret.id); !of_arn.empty()) {
    access.region = std::move(of_arn);
  }
  if (access.region.empty()) {
    return MakeError(ErrorKind::kConfiguration,
                     "reading secret " + secret.id + ": its region is not known",
                     kRegionHint);
  }
  auto client = OpenAwsClient(access, "secretsmanager", {.deadline = kSecretDeadline});
  const auto kept = std::make_shared<KeptSecret>(
      SecretReference{.id = secret.id, .json_key = secret.json_key}, std::move(client));
  return PasswordSource([kept](const LoginAddress& /*address*/, const Secret* refused) {
    return kept->Get(refused);
  });
}

PasswordSource FromRdsToken(AwsAccess access) {
  return [access = std::move(access)](
             const LoginAddress& address,
             const Secret* /*refused*/) -> arrow::Result<Secret> {
    RdsLogin login{.host = address.host,
                   .port = address.port,
                   .user = address.user,
                   .region = RegionOfRdsHost(address.host)};
    if (login.region.empty()) login.region = access.region;
    if (login.region.empty()) {
      return MakeError(ErrorKind::kConfiguration,
                       "making the token of RDS: its region is not known", kRegionHint);
    }
    ARROW_ASSIGN_OR_RAISE(const AwsCredentials credentials, access.credentials->Get());
    return MakeRdsToken(login, credentials, std::chrono::system_clock::now());
  };
}

}  // namespace

arrow::Result<PasswordSource> OpenPasswordSource(
    const ConnectionConfiguration& connection, const AwsConfiguration& aws) {
  const bool is_token = connection.authentication == SourceAuthentication::kRdsIam;
  if (!is_token && connection.password_secret.id.empty()) {
    if (connection.password.empty()) return PasswordSource();
    return PasswordSource(
        [password = connection.password](const LoginAddress& /*address*/,
                                         const Secret* /*refused*/) { return password; });
  }
  ARROW_ASSIGN_OR_RAISE(AwsAccess access, OpenAwsAccess(aws));
  if (is_token) return FromRdsToken(std::move(access));
  return FromSecret(connection.password_secret, std::move(access));
}

}  // namespace carmilla
