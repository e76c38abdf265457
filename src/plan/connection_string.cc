#include "plan/connection_string.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

#include "core/letter_case.h"

namespace carmilla {
namespace {

using enum ConnectionStringForm;

constexpr std::array<std::string_view, 6> kSecretKeywords = {
    "password",         "passwd",           "sslpassword",
    "scram_client_key", "scram_server_key", "oauth_client_secret"};

bool IsSpace(char byte) { return std::isspace(static_cast<unsigned char>(byte)) != 0; }

bool IsSecretKeyword(std::string_view keyword) {
  return std::ranges::find(kSecretKeywords, LowerCase(keyword)) != kSecretKeywords.end();
}

std::optional<std::string_view> AfterScheme(std::string_view text) {
  for (const std::string_view scheme : {"postgresql://", "postgres://"}) {
    if (text.starts_with(scheme)) return text.substr(scheme.size());
  }
  return std::nullopt;
}

int HexDigit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

/// Undoes %XX; nothing when a % is not followed by two hexadecimal digits.
std::optional<std::string> Decode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexDigit(text[i + 1]);
    const int low = HexDigit(text[i + 2]);
    if (high < 0 || low < 0 || high * 16 + low == 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

/// The strictest wins: what cannot be read, then what holds a secret.
ConnectionStringForm Worse(ConnectionStringForm left, ConnectionStringForm right) {
  return std::max(left, right);
}

ConnectionStringForm ClassifyUri(std::string_view rest);
ConnectionStringForm ClassifyPair(std::string_view keyword, std::string_view value) {
  if (IsSecretKeyword(keyword)) return value.empty() ? kUsable : kUsableWithSecret;
  const std::optional<std::string_view> inner = AfterScheme(value);
  return inner.has_value() ? ClassifyUri(*inner) : kUsable;
}

ConnectionStringForm ClassifyParameters(std::string_view parameters) {
  ConnectionStringForm form = kUsable;
  while (!parameters.empty()) {
    const size_t end = std::min(parameters.find('&'), parameters.size());
    const std::string_view parameter = parameters.substr(0, end);
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
    const size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) return kMalformed;
    const std::optional<std::string> keyword = Decode(parameter.substr(0, equals));
    const std::optional<std::string> value = Decode(parameter.substr(equals + 1));
    if (!keyword.has_value() || !value.has_value()) return kMalformed;
    form = Worse(form, ClassifyPair(*keyword, *value));
  }
  return form;
}

ConnectionStringForm ClassifyUri(std::string_view rest) {
  // libpq ends the userinfo at the first @. A password that holds an @ or a / of its own
  // makes it something else to libpq, but it stands there all the same: hence the last
  // one. A question mark before that @ may equally belong to the password.
  const size_t at = rest.rfind('@');
  const size_t colon = rest.find(':');
  if (at != std::string_view::npos && colon + 1 < at && colon != std::string_view::npos) {
    const bool is_address = rest.starts_with('[') && rest.find(']') > colon;
    const size_t slash = rest.find('/');
    const size_t question = rest.find('?');
    // `host:5432/db?user=a@b`: the @ belongs to a parameter, the colon to a port.
    const bool is_plainly_port =
        !is_address && slash < question && question < at && slash > colon &&
        std::all_of(
            rest.begin() + static_cast<std::ptrdiff_t>(colon) + 1,
            rest.begin() + static_cast<std::ptrdiff_t>(slash),
            [](char c) { return c >= '0' && c <= '9'; });
    if (!is_plainly_port) return kUsableWithSecret;
  }
  const size_t question = rest.find('?');
  const std::string_view place = rest.substr(0, question);
  if (!Decode(place).has_value()) return kMalformed;
  if (question == std::string_view::npos) return kUsable;
  return ClassifyParameters(rest.substr(question + 1));
}

/// Takes one value as libpq's conninfo_parse: quoted or up to white space, with
/// backslashes.
std::optional<std::string> TakeValue(std::string_view* text) {
  const bool is_quoted = text->starts_with('\'');
  size_t i = is_quoted ? 1 : 0;
  std::string value;
  for (;; ++i) {
    if (i >= text->size()) {
      if (is_quoted) return std::nullopt;
      break;
    }
    char byte = (*text)[i];
    if (is_quoted ? byte == '\'' : IsSpace(byte)) break;
    if (byte == '\\' && i + 1 < text->size()) byte = (*text)[++i];
    value += byte;
  }
  text->remove_prefix(std::min(text->size(), i + (is_quoted ? 1 : 0)));
  return value;
}

void SkipSpace(std::string_view* text) {
  while (!text->empty() && IsSpace(text->front())) text->remove_prefix(1);
}

ConnectionStringForm ClassifyKeywords(std::string_view text) {
  ConnectionStringForm form = kUsable;
  for (SkipSpace(&text); !text.empty(); SkipSpace(&text)) {
    size_t end = 0;
    while (end < text.size() && text[end] != '=' && !IsSpace(text[end])) ++end;
    const std::string_view keyword = text.substr(0, end);
    text.remove_prefix(end);
    SkipSpace(&text);
    if (keyword.empty() || !text.starts_with('=')) return kMalformed;
    text.remove_prefix(1);
    SkipSpace(&text);
    const std::optional<std::string> value = TakeValue(&text);
    if (!value.has_value()) return kMalformed;
    form = Worse(form, ClassifyPair(keyword, *value));
  }
  return form;
}

}  // namespace

ConnectionStringForm ClassifyConnectionString(std::string_view text) {
  const std::optional<std::string_view> rest = AfterScheme(text);
  return rest.has_value() ? ClassifyUri(*rest) : ClassifyKeywords(text);
}

}  // namespace carmilla
