#include "plan/lake_location.h"

#include <algorithm>

#include "core/error.h"
#include "core/letter_case.h"
#include "plan/yaml_text.h"

namespace carmilla {
namespace {

constexpr std::string_view kScheme = "s3://";
constexpr std::string_view kForm = "write s3://BUCKET/PREFIX";
constexpr size_t kShortestBucket = 3;
constexpr size_t kLongestBucket = 63;
/// S3 takes keys of 1,024 bytes; the rest is for the names of tables, partitions and
/// files.
constexpr size_t kLongestPrefix = 400;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || IsDigit(c); }

arrow::Status Refused(std::string problem, std::string_view hint = kForm) {
  return MakeError(ErrorKind::kConfiguration, std::move(problem), std::string(hint));
}

/// True for `10.0.0.1`, which S3 takes for no name.
bool IsAddress(std::string_view name) {
  return std::ranges::count(name, '.') == 3 &&
         std::ranges::all_of(name, [](char c) { return IsDigit(c) || c == '.'; });
}

arrow::Status CheckBucket(std::string_view bucket) {
  if (bucket.empty()) return Refused("the URL names no bucket");
  const bool is_allowed =
      bucket.size() >= kShortestBucket && bucket.size() <= kLongestBucket &&
      IsLetterOrDigit(bucket.front()) && IsLetterOrDigit(bucket.back()) &&
      bucket.find("..") == std::string_view::npos && !IsAddress(bucket) &&
      std::ranges::all_of(
          bucket, [](char c) { return IsLetterOrDigit(c) || c == '.' || c == '-'; });
  if (is_allowed) return arrow::Status::OK();
  if (bucket.starts_with("arn:")) {
    return Refused("access points are not available in this version",
                   "write the bucket's name: s3://BUCKET/PREFIX");
  }
  return Refused("no bucket can be called " + QuoteForMessage(std::string(bucket)),
                 "buckets have 3 to 63 lower-case letters, digits, dots and hyphens");
}

arrow::Status CheckPrefix(std::string_view prefix) {
  if (prefix.size() > kLongestPrefix) {
    return Refused(
        "the prefix is longer than " + std::to_string(kLongestPrefix) + " bytes",
        "choose a shorter one");
  }
  for (std::string_view rest = prefix; !rest.empty();) {
    const size_t slash = rest.find('/');
    const std::string_view component = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
    if (component.empty()) {
      return Refused("the prefix has two slashes in a row");
    }
    if (component.starts_with('.') || component.starts_with('_')) {
      return Refused("a part of the prefix begins with " +
                         QuoteForMessage(std::string(component.substr(0, 1))),
                     "Athena does not see what lies below it; choose another name");
    }
  }
  return arrow::Status::OK();
}

}  // namespace

std::string S3Location::ToString() const {
  return std::string(kScheme) + bucket + (prefix.empty() ? "" : "/" + prefix);
}

bool IsS3Url(std::string_view text) {
  const std::string lower = LowerCase(text.substr(0, text.find(':')));
  return text.find(':') != std::string_view::npos &&
         (lower == "s3" || lower == "s3a" || lower == "s3n");
}

arrow::Result<S3Location> ParseS3Url(std::string_view text) {
  if (!text.starts_with(kScheme)) {
    return Refused("the URL must begin with s3://");
  }
  std::string_view rest = text.substr(kScheme.size());
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' '; };
  // What stands before an @ may be a password: it is not shown.
  if (rest.substr(0, rest.find('/')).find('@') != std::string_view::npos) {
    return Refused("the URL holds credentials",
                   "leave them out; `aws: {profile: NAME}`, the environment or the "
                   "machine's role bring them");
  }
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return Refused("the URL has a query or a fragment",
                   "leave it out; region and endpoint stand under aws:");
  }
  if (std::ranges::any_of(rest, is_control)) {
    return Refused("the URL has control characters");
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const size_t slash = rest.find('/');
  S3Location location{.bucket = std::string(rest.substr(0, slash))};
  if (slash != std::string_view::npos) location.prefix = rest.substr(slash + 1);
  ARROW_RETURN_NOT_OK(CheckBucket(location.bucket));
  ARROW_RETURN_NOT_OK(CheckPrefix(location.prefix));
  return location;
}

arrow::Result<LakeLocation> ParseLakePath(const std::string& text) {
  LakeLocation location{.path = text};
  if (IsS3Url(text)) {
    const auto url = ParseS3Url(text);
    if (!url.ok()) {
      return MakeError(ErrorKind::kUsage,
                       "reading the command line: " + url.status().message(),
                       HintOf(url.status()));
    }
    location.path = url->ToString();
  }
  return location;
}

arrow::Result<std::string> ParseEndpoint(std::string_view text) {
  constexpr std::string_view kHttps = "https://";
  constexpr std::string_view kHttp = "http://";
  const bool is_plain = text.starts_with(kHttp);
  if (!is_plain && !text.starts_with(kHttps)) {
    return Refused("the URL must begin with https://", "");
  }
  std::string_view rest = text.substr(is_plain ? kHttp.size() : kHttps.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty() || rest.find_first_of("/?#@ \t\r\n\\") != std::string_view::npos) {
    return Refused("the URL must be a host and perhaps a port, and nothing else", "");
  }
  const bool is_here = rest.starts_with("127.") || rest.starts_with("[::1]") ||
                       rest.substr(0, rest.find(':')) == "localhost";
  if (is_plain && !is_here) {
    return Refused("http:// would send everything in plain text",
                   "write https://; `ca_file` names an authority of your own");
  }
  return std::string(is_plain ? kHttp : kHttps) + std::string(rest);
}

}  // namespace carmilla
