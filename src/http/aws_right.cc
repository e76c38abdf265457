#include "http/aws_right.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "core/error.h"

namespace carmilla {
namespace {

bool IsLetter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

std::string_view Until(std::string_view text, std::string_view end) {
  return text.substr(0, text.find(end));
}

std::string_view FirstWord(std::string_view text) {
  std::string_view word = text.substr(0, text.find_first_of(" ,\n\""));
  while (word.ends_with('.') || word.ends_with(')')) word.remove_suffix(1);
  return word;
}

// "User: arn:... is not authorized to perform: kms:Decrypt on resource: arn:... because".
std::optional<AwsRight> FromWordsOfAws(std::string_view message) {
  constexpr std::string_view kPerform = "not authorized to perform: ";
  constexpr std::string_view kResource = " on resource: ";
  const size_t perform = message.find(kPerform);
  if (perform == std::string_view::npos) return std::nullopt;
  message.remove_prefix(perform + kPerform.size());
  const size_t resource = message.find(kResource);
  if (resource == std::string_view::npos) return std::nullopt;
  AwsRight right{
      .action = std::string(FirstWord(message)),
      .resource = std::string(FirstWord(message.substr(resource + kResource.size())))};
  if (!right.resource.starts_with("arn:")) return std::nullopt;
  return right;
}

std::string Arn(const AwsAccount& account, std::string_view service,
                std::string_view name) {
  const auto any = [](const std::string& text) { return text.empty() ? "*" : text; };
  return "arn:" + (account.partition.empty() ? "aws" : account.partition) + ":" +
         std::string(service) + ":" + any(account.region) + ":" + any(account.id) + ":" +
         std::string(name);
}

std::string S3Arn(std::string_view action, std::string_view uri,
                  const AwsAccount& account) {
  constexpr std::string_view kScheme = "s3://";
  if (uri.starts_with(kScheme)) uri.remove_prefix(kScheme.size());
  const std::string before =
      "arn:" + (account.partition.empty() ? "aws" : account.partition) + ":s3:::";
  const bool is_of_bucket =
      action.starts_with("s3:List") || action.ends_with("Configuration");
  return before + std::string(is_of_bucket ? Until(uri, "/") : uri);
}

// `database raw`, `table raw.orders`, `crawler raw`: Glue asks for every level above,
// too.
std::string GlueArns(std::string_view resource, const AwsAccount& account) {
  const std::string_view kind = Until(resource, " ");
  std::string_view name = resource.substr(std::min(resource.size(), kind.size() + 1));
  if (kind == "crawler") return Arn(account, "glue", "crawler/" + std::string(name));
  std::string arns = Arn(account, "glue", "catalog");
  const std::string database(Until(name, "."));
  arns += ", " + Arn(account, "glue", "database/" + database);
  if (kind != "table") return arns;
  name.remove_prefix(std::min(name.size(), database.size() + 1));
  return arns + ", " +
         Arn(account, "glue", "table/" + database + "/" + std::string(name));
}

std::string ArnOf(std::string_view action, std::string_view resource,
                  const AwsAccount& account) {
  if (action.starts_with("s3:")) return S3Arn(action, resource, account);
  if (action.starts_with("glue:")) return GlueArns(resource, account);
  if (action.starts_with("athena:") && resource.starts_with("workgroup ")) {
    resource.remove_prefix(std::string_view("workgroup ").size());
    return Arn(account, "athena", "workgroup/" + std::string(resource));
  }
  return std::string(resource);
}

// "writing an object: s3:PutObject on s3://bucket/key: AccessDenied: ..."
std::optional<AwsRight> FromOurWords(std::string_view message,
                                     const AwsAccount& account) {
  constexpr auto kServices =
      std::to_array<std::string_view>({"s3:", "glue:", "athena:", "sts:"});
  for (const std::string_view service : kServices) {
    const size_t begin = message.find(service);
    if (begin == std::string_view::npos) continue;
    const std::string_view rest = message.substr(begin);
    const auto* const end =
        std::ranges::find_if_not(rest.substr(service.size()), IsLetter);
    const std::string_view action =
        rest.substr(0, static_cast<size_t>(end - rest.data()));
    std::string_view resource = rest.substr(action.size());
    if (!resource.starts_with(" on ")) continue;
    resource.remove_prefix(std::string_view(" on ").size());
    return AwsRight{.action = std::string(action),
                    .resource = ArnOf(action, Until(resource, ": "), account)};
  }
  return std::nullopt;
}

}  // namespace

AwsAccount AccountOf(std::string_view arn, std::string_view region) {
  std::vector<std::string_view> parts;
  constexpr size_t kAccountPart = 4;
  while (parts.size() <= kAccountPart && !arn.empty()) {
    const std::string_view part = Until(arn, ":");
    parts.push_back(part);
    arn.remove_prefix(std::min(arn.size(), part.size() + 1));
  }
  if (parts.size() <= kAccountPart) return {.region = std::string(region)};
  return {.partition = std::string(parts[1]),
          .region = std::string(region),
          .id = std::string(parts[kAccountPart])};
}

std::optional<AwsRight> MissingRightOf(const arrow::Status& status,
                                       const AwsAccount& account) {
  if (auto right = FromWordsOfAws(status.message())) return right;
  if (KindOf(status) != ErrorKind::kPermission) return std::nullopt;
  return FromOurWords(status.message(), account);
}

}  // namespace carmilla
