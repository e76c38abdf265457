#include "aws/secret_value.h"

#include "core/error.h"
#include "core/json.h"

namespace carmilla {
namespace {

constexpr char kAction[] = "secretsmanager:GetSecretValue";

arrow::Status Unusable(const SecretReference& reference, const std::string& problem,
                       const std::string& hint) {
  return MakeError(ErrorKind::kConfiguration,
                   "reading secret " + reference.id + ": " + problem, hint);
}

}  // namespace

arrow::Result<Secret> ReadSecretValue(AwsClient& client,
                                      const SecretReference& reference) {
  const std::string body = DumpJson({{"SecretId", reference.id}});
  const AwsAnswer answer =
      client.CallJson(kAction, reference.id, "secretsmanager.GetSecretValue", body);
  if (answer.error_code == "ResourceNotFoundException") {
    return Unusable(reference, "there is none in " + client.options().region,
                    "check its name and the region");
  }
  ARROW_RETURN_NOT_OK(answer.status);
  const auto parsed = ParseJson(answer.response.body, "the answer");
  const std::string* text = parsed.ok() ? FindText(*parsed, "SecretString") : nullptr;
  if (text == nullptr) {
    return Unusable(reference, "it holds no text", "binary secrets cannot be a password");
  }
  if (reference.json_key.empty()) return Secret(*text);
  const auto json = ParseJson(*text, "the secret");
  const std::string* value = json.ok() ? FindText(*json, reference.json_key) : nullptr;
  if (value == nullptr) {
    return Unusable(reference, "its JSON has no text under " + reference.json_key,
                    "what follows # is a key, such as #password");
  }
  return Secret(*value);
}

}  // namespace carmilla
