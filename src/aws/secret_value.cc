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
  const bool has_text = parsed.ok() && parsed->is_object() &&
                        parsed->contains("SecretString") &&
                        (*parsed)["SecretString"].is_string();
  if (!has_text) {
    return Unusable(reference, "it holds no text", "binary secrets cannot be a password");
  }
  auto text = (*parsed)["SecretString"].get<std::string>();
  if (reference.json_key.empty()) return Secret(std::move(text));
  const auto json = ParseJson(text, "the secret");
  const bool has_key = json.ok() && json->is_object() &&
                       json->contains(reference.json_key) &&
                       (*json)[reference.json_key].is_string();
  if (!has_key) {
    return Unusable(reference, "its JSON has no text under " + reference.json_key,
                    "what follows # is a key, such as #password");
  }
  return Secret((*json)[reference.json_key].get<std::string>());
}

}  // namespace carmilla
