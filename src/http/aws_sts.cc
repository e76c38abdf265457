#include "http/aws_sts.h"

#include <pugixml.hpp>

#include "core/error.h"
#include "http/aws_client.h"
#include "http/aws_endpoint.h"
#include "http/aws_error.h"
#include "http/aws_time.h"

namespace carmilla {
namespace {

constexpr char kFormType[] = "application/x-www-form-urlencoded";
constexpr char kHint[] =
    "see that the role's trust policy allows who asks, and that sts:AssumeRole is "
    "allowed to them";
constexpr int kHttpOk = 200;

QueryParameters FormOf(std::string_view action, const AwsRole& role) {
  QueryParameters form = {{"Action", std::string(action)},
                          {"Version", "2011-06-15"},
                          {"RoleArn", role.arn},
                          {"RoleSessionName", role.session_name}};
  if (!role.external_id.empty()) form.emplace_back("ExternalId", role.external_id);
  return form;
}

arrow::Result<AwsCredentials> ReadAnswer(const std::string& body,
                                         const std::string& doing) {
  pugi::xml_document document;
  document.load_buffer(body.data(), body.size());
  const pugi::xml_node found = document.find_node([](const pugi::xml_node& node) {
    return std::string_view(node.name()) == "Credentials";
  });
  AwsCredentials credentials{
      .access_key_id = found.child_value("AccessKeyId"),
      .secret_access_key = Secret(found.child_value("SecretAccessKey")),
      .session_token = Secret(found.child_value("SessionToken")),
      .expires_at = ParseAwsTime(found.child_value("Expiration"))};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty() ||
      credentials.session_token.empty() || !credentials.expires_at.has_value()) {
    return MakeError(ErrorKind::kAuthentication, doing + ": the answer has no keys");
  }
  return credentials;
}

/// Whatever STS says, nobody could log in.
arrow::Status AsRefusal(const arrow::Status& status) {
  if (KindOf(status) != ErrorKind::kPermission) return status;
  return MakeError(ErrorKind::kAuthentication, status.message(), kHint);
}

}  // namespace

arrow::Result<AwsCredentials> AwsSts::AssumeRole(
    const AwsRole& role, const AwsCredentials& credentials) const {
  AwsClient client(transport_, FixedAwsCredentials(credentials),
                   {.service = "sts",
                    .region = Region(),
                    .endpoint = AwsEndpointOf("sts", Region()),
                    .deadline = std::chrono::seconds(60)});
  const std::string body = CanonicalQuery(FormOf("AssumeRole", role));
  const AwsAnswer answer = client.Call({.action = "sts:AssumeRole",
                                        .resource = role.arn,
                                        .headers = {{"Content-Type", kFormType}},
                                        .body = body});
  ARROW_RETURN_NOT_OK(AsRefusal(answer.status));
  return ReadAnswer(answer.response.body, "sts:AssumeRole on " + role.arn);
}

arrow::Result<AwsCredentials> AwsSts::AssumeRoleWithWebIdentity(
    const AwsRole& role, const Secret& token) const {
  constexpr char kAction[] = "AssumeRoleWithWebIdentity";
  QueryParameters form = FormOf(kAction, role);
  form.emplace_back("WebIdentityToken", token.Reveal());
  const std::string body = CanonicalQuery(form);
  const std::string doing = std::string("sts:") + kAction + " on " + role.arn;
  auto answer = transport_->Send({.method = "POST",
                                  .url = AwsEndpointOf("sts", Region()) + "/",
                                  .headers = {{"Content-Type", kFormType}},
                                  .body = body,
                                  .limits = {.deadline = std::chrono::seconds(30)}});
  if (!answer.ok()) return WithContext(answer.status(), doing);
  if (answer->status == kHttpOk) return ReadAnswer(answer->body, doing);
  AwsError error = ReadAwsError(*answer);
  // STS may repeat what it was given.
  if (error.message.find(token.Reveal()) != std::string::npos) error.message.clear();
  return AsRefusal(
      AwsStatus(error, answer->status, std::string("sts:") + kAction, role.arn));
}

arrow::Result<std::string> AwsSts::CallerArn(const AwsCredentials& credentials) const {
  AwsClient client(transport_, FixedAwsCredentials(credentials),
                   {.service = "sts",
                    .region = Region(),
                    .endpoint = AwsEndpointOf("sts", Region()),
                    .max_attempts = 2,
                    .deadline = std::chrono::seconds(10)});
  const std::string body =
      CanonicalQuery({{"Action", "GetCallerIdentity"}, {"Version", "2011-06-15"}});
  const AwsAnswer answer =
      client.Call({.action = "sts:GetCallerIdentity",
                   .resource = "the caller",
                   .headers = {{"Content-Type", kFormType}},
                   .body = body,
                   .limits = {.connect_timeout = std::chrono::seconds(5),
                              .deadline = std::chrono::seconds(10)}});
  ARROW_RETURN_NOT_OK(answer.status);
  pugi::xml_document document;
  document.load_buffer(answer.response.body.data(), answer.response.body.size());
  const pugi::xml_node found = document.find_node(
      [](const pugi::xml_node& node) { return std::string_view(node.name()) == "Arn"; });
  return std::string(found.text().get());
}

}  // namespace carmilla
