#include "http/aws_credential_json.h"

#include <array>

#include "core/json.h"
#include "http/aws_credential_source.h"
#include "http/aws_time.h"

namespace carmilla {
namespace {

std::string TextOf(const Json& json, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (const std::string* text = FindText(json, key)) return *text;
  }
  return "";
}

/// SSO gives milliseconds, all others text.
std::optional<std::chrono::system_clock::time_point> ExpiryOf(const Json& json) {
  const auto number = json.find("expiration");
  if (number != json.end() && number->is_number_integer()) {
    return std::chrono::system_clock::time_point(
        std::chrono::milliseconds(number->get<int64_t>()));
  }
  return ParseAwsTime(TextOf(json, {"Expiration"}));
}

}  // namespace

arrow::Result<AwsCredentials> ReadCredentialJson(std::string_view text,
                                                 const std::string& place) {
  const auto parsed = ParseJson(text, "the answer");
  if (!parsed.ok() || !parsed->is_object()) {
    return CredentialError(place + " did not answer with JSON");
  }
  const auto nested = parsed->find("roleCredentials");
  const Json& json = nested != parsed->end() && nested->is_object() ? *nested : *parsed;
  AwsCredentials credentials{
      .access_key_id = TextOf(json, {"AccessKeyId", "accessKeyId"}),
      .secret_access_key = Secret(TextOf(json, {"SecretAccessKey", "secretAccessKey"})),
      .session_token = Secret(TextOf(json, {"Token", "SessionToken", "sessionToken"})),
      .expires_at = ExpiryOf(json)};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    const std::string code = TextOf(json, {"Code", "code", "__type"});
    return CredentialError(place + " gave no keys" + (code.empty() ? "" : ": " + code));
  }
  return credentials;
}

}  // namespace carmilla
