#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "http/aws_credential_json.h"
#include "http/aws_credential_source.h"
#include "http/aws_endpoint.h"

namespace carmilla {
namespace {

constexpr char kContainerHost[] = "http://169.254.170.2";
constexpr char kInstanceHost[] = "http://169.254.169.254";
constexpr int kHttpOk = 200;
constexpr int kHttpNotFound = 404;

/// Such services are near, or not there at all.
HttpLimits NearLimits() {
  return {.connect_timeout = std::chrono::seconds(1),
          .low_speed_time = std::chrono::seconds(5),
          .deadline = std::chrono::seconds(5),
          .largest_answer_bytes = 1 << 20};
}

/// Only to the machine itself, to ECS and EKS, or over TLS: the answer and the token are
/// keys.
bool IsTrustedUri(std::string_view uri) {
  constexpr std::string_view kHttp = "http://";
  constexpr auto kHosts =
      std::to_array<std::string_view>({"127.0.0.1", "localhost", "[::1]", "169.254.170.2",
                                       "169.254.170.23", "[fd00:ec2::23]"});
  if (uri.starts_with("https://")) return true;
  if (!uri.starts_with(kHttp)) return false;
  uri.remove_prefix(kHttp.size());
  return std::ranges::any_of(kHosts, [uri](std::string_view host) {
    const std::string_view rest = uri.substr(std::min(host.size(), uri.size()));
    const bool has_end = rest.empty() || rest[0] == '/' || rest[0] == ':';
    return uri.starts_with(host) && has_end && std::ranges::count(rest, '@') == 0;
  });
}

std::string ReadTokenFile(const std::string& path) {
  std::ifstream file(path);
  std::string token{std::istreambuf_iterator<char>(file), {}};
  while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
  return token;
}

std::string StatusText(const HttpResponse& response) {
  return "HTTP status " + std::to_string(response.status);
}

}  // namespace

arrow::Result<AwsCredentialFinding> AskContainer(const AwsCredentialOptions& options) {
  AwsCredentialFinding finding{.place = "the container's credentials"};
  const std::string relative = EnvironmentValue("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  std::string uri = relative.empty()
                        ? EnvironmentValue("AWS_CONTAINER_CREDENTIALS_FULL_URI")
                        : kContainerHost + relative;
  if (uri.empty()) {
    finding.absence = "AWS_CONTAINER_CREDENTIALS_FULL_URI is not set";
    return finding;
  }
  if (!IsTrustedUri(uri)) {
    return CredentialError(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https:// nor a host of AWS's for "
        "containers");
  }
  HttpHeaders headers;
  const std::string file = EnvironmentValue("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  const std::string token = file.empty()
                                ? EnvironmentValue("AWS_CONTAINER_AUTHORIZATION_TOKEN")
                                : ReadTokenFile(file);
  if (!file.empty() && token.empty()) {
    return CredentialError(
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read or is empty: " + file);
  }
  if (std::ranges::count(token, '\n') > 0 || std::ranges::count(token, '\r') > 0) {
    return CredentialError("the container's authorization token has several lines");
  }
  if (!token.empty()) headers.emplace_back("Authorization", token);
  auto answer = options.local_transport->Send(
      {.url = uri, .headers = headers, .limits = NearLimits()});
  if (!answer.ok()) return WithContext(answer.status(), "asking " + finding.place);
  if (answer->status != kHttpOk) {
    return CredentialError(finding.place + " were refused: " + StatusText(*answer));
  }
  ARROW_ASSIGN_OR_RAISE(finding.credentials,
                        ReadCredentialJson(answer->body, finding.place));
  return finding;
}

arrow::Result<AwsCredentialFinding> AskInstance(const AwsCredentialOptions& options) {
  AwsCredentialFinding finding{.place = "the role of the EC2 instance"};
  if (EnvironmentValue("AWS_EC2_METADATA_DISABLED") == "true") {
    finding.absence = "AWS_EC2_METADATA_DISABLED is true";
    return finding;
  }
  std::string host = EnvironmentValue("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (host.ends_with('/')) host.pop_back();
  if (host.empty()) host = kInstanceHost;
  HttpTransport& transport = *options.local_transport;
  const auto session =
      transport.Send({.method = "PUT",
                      .url = host + "/latest/api/token",
                      .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}},
                      .limits = NearLimits()});
  if (!session.ok() || session->status != kHttpOk) {
    finding.absence = "no metadata service answers at " + host;
    return finding;
  }
  const auto get = [&](const std::string& path) {
    return transport.Send({.url = host + path,
                           .headers = {{"X-aws-ec2-metadata-token", session->body}},
                           .limits = NearLimits()});
  };
  const std::string folder = "/latest/meta-data/iam/security-credentials/";
  ARROW_ASSIGN_OR_RAISE(const HttpResponse names, get(folder));
  const std::string role(names.body.begin(), std::ranges::find(names.body, '\n'));
  if (names.status == kHttpNotFound || role.empty()) {
    finding.absence = "no role is attached to it";
    return finding;
  }
  ARROW_ASSIGN_OR_RAISE(const HttpResponse keys, get(folder + role));
  if (keys.status != kHttpOk) {
    return CredentialError(finding.place + " gave no keys: " + StatusText(keys));
  }
  ARROW_ASSIGN_OR_RAISE(finding.credentials,
                        ReadCredentialJson(keys.body, finding.place));
  return finding;
}

}  // namespace carmilla
