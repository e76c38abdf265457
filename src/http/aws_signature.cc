#include "http/aws_signature.h"

#include <algorithm>
#include <cctype>
#include <ctime>
#include <map>
#include <ranges>

#include "core/sha256.h"

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

namespace carmilla {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

bool IsUnreserved(char character) {
  return (character >= 'A' && character <= 'Z') ||
         (character >= 'a' && character <= 'z') ||
         (character >= '0' && character <= '9') || character == '-' || character == '.' ||
         character == '_' || character == '~';
}

// 20130524T000000Z
std::string TimeText(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  const size_t size = std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
  return {text, size};
}

std::string CredentialScope(const AwsScope& scope) {
  return TimeText(scope.time).substr(0, 8) + "/" + scope.region + "/" + scope.service +
         "/aws4_request";
}

// Removes `.`, `..` and empty segments; S3's keys are never touched.
std::string NormalizedPath(std::string_view path) {
  std::vector<std::string_view> segments;
  for (const auto part : std::views::split(path, '/')) {
    const std::string_view segment(part.begin(), part.end());
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else {
      segments.push_back(segment);
    }
  }
  std::string normalized;
  for (const std::string_view segment : segments) (normalized += '/') += segment;
  if (normalized.empty() || path.ends_with('/')) normalized += '/';
  return normalized;
}

std::string CanonicalPath(const SignableRequest& request, const AwsScope& scope) {
  if (scope.service == "s3") return UriEncode(request.path, /*keep_slashes=*/true);
  // All other services encode what is sent, which is encoded already, once more.
  const std::string sent = UriEncode(NormalizedPath(request.path), /*keep_slashes=*/true);
  return UriEncode(sent, /*keep_slashes=*/true);
}

// Without the spaces around it, and with one for each run of them inside.
std::string TrimmedValue(std::string_view value) {
  std::string trimmed;
  for (const char character : value) {
    if (character != ' ') {
      trimmed += character;
    } else if (!trimmed.empty() && trimmed.back() != ' ') {
      trimmed += ' ';
    }
  }
  if (trimmed.ends_with(' ')) trimmed.pop_back();
  return trimmed;
}

struct CanonicalHeaders {
  std::string lines;
  std::string names;  ///< `host;x-amz-date`
};

CanonicalHeaders Canonicalize(const HttpHeaders& headers) {
  std::map<std::string, std::string> sorted;
  for (const auto& [name, value] : headers) {
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return std::tolower(c); });
    const auto [entry, is_new] = sorted.try_emplace(lower, TrimmedValue(value));
    if (!is_new) entry->second += "," + TrimmedValue(value);
  }
  CanonicalHeaders canonical;
  for (const auto& [name, value] : sorted) {
    canonical.lines.append(name).append(":").append(value).append("\n");
    canonical.names.append(canonical.names.empty() ? "" : ";").append(name);
  }
  return canonical;
}

arrow::Result<std::string> SigningKey(const Secret& secret, const AwsScope& scope) {
  std::string key = "AWS4" + secret.Reveal();
  for (const std::string& part : {TimeText(scope.time).substr(0, 8), scope.region,
                                  scope.service, std::string("aws4_request")}) {
    ARROW_ASSIGN_OR_RAISE(key, HmacSha256Once(key, part));
  }
  return key;
}

arrow::Result<std::string> Signature(const SignableRequest& request,
                                     const CanonicalHeaders& headers,
                                     const Secret& secret, const AwsScope& scope) {
  const std::string canonical = request.method + "\n" + CanonicalPath(request, scope) +
                                "\n" + CanonicalQuery(request.query) + "\n" +
                                headers.lines + "\n" + headers.names + "\n" +
                                request.payload_sha256;
  ARROW_ASSIGN_OR_RAISE(const std::string digest, Sha256(canonical));
  const std::string text = std::string(kAlgorithm) + "\n" + TimeText(scope.time) + "\n" +
                           CredentialScope(scope) + "\n" + Hexadecimal(digest);
  ARROW_ASSIGN_OR_RAISE(const std::string key, SigningKey(secret, scope));
  ARROW_ASSIGN_OR_RAISE(const std::string signature, HmacSha256Once(key, text));
  return Hexadecimal(signature);
}

}  // namespace

std::string UriEncode(std::string_view text, bool keep_slashes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char character : text) {
    if (IsUnreserved(character) || (keep_slashes && character == '/')) {
      encoded += character;
    } else {
      const auto byte = static_cast<unsigned char>(character);
      ((encoded += '%') += kDigits[byte >> 4]) += kDigits[byte & 0xF];
    }
  }
  return encoded;
}

std::string CanonicalQuery(const QueryParameters& query) {
  std::vector<std::pair<std::string, std::string>> encoded;
  encoded.reserve(query.size());
  for (const auto& [name, value] : query) {
    encoded.emplace_back(UriEncode(name), UriEncode(value));
  }
  std::ranges::sort(encoded);
  std::string text;
  for (const auto& [name, value] : encoded) {
    text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
  }
  return text;
}

arrow::Result<HttpHeaders> SignedHeaders(const SignableRequest& request,
                                         const AwsCredentials& credentials,
                                         const AwsScope& scope) {
  HttpHeaders added = {{"X-Amz-Date", TimeText(scope.time)}};
  if (scope.service == "s3") {
    added.emplace_back("X-Amz-Content-Sha256", request.payload_sha256);
  }
  if (!credentials.session_token.empty()) {
    added.emplace_back("X-Amz-Security-Token", credentials.session_token.Reveal());
  }
  HttpHeaders all = request.headers;
  all.insert(all.end(), added.begin(), added.end());
  const CanonicalHeaders headers = Canonicalize(all);
  ARROW_ASSIGN_OR_RAISE(
      const std::string signature,
      Signature(request, headers, credentials.secret_access_key, scope));
  added.emplace_back("Authorization",
                     std::string(kAlgorithm) + " Credential=" +
                         credentials.access_key_id + "/" + CredentialScope(scope) +
                         ", SignedHeaders=" + headers.names + ", Signature=" + signature);
  return added;
}

arrow::Result<std::string> PresignedQuery(const SignableRequest& request,
                                          const AwsCredentials& credentials,
                                          const AwsScope& scope,
                                          std::chrono::seconds lifetime) {
  const CanonicalHeaders headers = Canonicalize(request.headers);
  SignableRequest signable = request;
  signable.query.insert(
      signable.query.end(),
      {{"X-Amz-Algorithm", std::string(kAlgorithm)},
       {"X-Amz-Credential", credentials.access_key_id + "/" + CredentialScope(scope)},
       {"X-Amz-Date", TimeText(scope.time)},
       {"X-Amz-Expires", std::to_string(lifetime.count())},
       {"X-Amz-SignedHeaders", headers.names}});
  if (!credentials.session_token.empty()) {
    signable.query.emplace_back("X-Amz-Security-Token",
                                credentials.session_token.Reveal());
  }
  ARROW_ASSIGN_OR_RAISE(
      const std::string signature,
      Signature(signable, headers, credentials.secret_access_key, scope));
  return CanonicalQuery(signable.query) + "&X-Amz-Signature=" + signature;
}

}  // namespace carmilla
