#include "postgres/connection_parameters.h"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>

#include "core/error.h"
#include "core/suggest.h"
#include "postgres/libpq_handle.h"

namespace carmilla {
namespace {

arrow::Status Malformed(std::string problem) {
  return MakeError(
      ErrorKind::kConfiguration, "reading the connection: " + std::move(problem),
      "write keywords such as `host=... dbname=...` with values that hold spaces in "
      "'...', or postgres://user@host/database with special characters as %XX");
}

// libpq would take what stands before an unescaped / or @ of a password as host, port or
// database and tell it in messages.
bool HasStrayAt(std::string_view conninfo) {
  const size_t scheme = conninfo.find("://");
  if (!conninfo.starts_with("postgres") || scheme == std::string_view::npos) return false;
  std::string_view rest = conninfo.substr(scheme + 3);
  const size_t user_end = rest.find_first_of("@/");
  if (user_end != std::string_view::npos && rest[user_end] == '@') {
    rest.remove_prefix(user_end + 1);
  }
  return rest.substr(0, rest.find('?')).find('@') != std::string_view::npos;
}

// libpq's message quotes the word that it does not know. That may be a piece of a
// password, so only the keyword that was meant is told.
arrow::Status NotUnderstood(const char* message) {
  const std::string_view text = message == nullptr ? "" : message;
  const bool is_unknown =
      text.find("invalid connection option \"") != std::string_view::npos ||
      text.find("invalid URI query parameter: \"") != std::string_view::npos;
  if (is_unknown) {
    const size_t word = text.find('"') + 1;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> known(
        PQconndefaults(), &PQconninfoFree);
    std::vector<std::string> keywords;
    for (const PQconninfoOption* option = known.get();
         option != nullptr && option->keyword != nullptr; ++option) {
      keywords.emplace_back(option->keyword);
    }
    if (const auto meant =
            Nearest(text.substr(word, text.find('"', word) - word), keywords)) {
      return MakeError(
          ErrorKind::kConfiguration,
          "reading the connection: it has a keyword that libpq does not know",
          "write the keyword as libpq does; did you mean `" + *meant + "`?");
    }
  }
  return Malformed("it is not what libpq understands");
}

}  // namespace

arrow::Result<ConnectionParameters> ConnectionParameters::Parse(
    const std::string& conninfo) {
  if (conninfo.find('\0') != std::string::npos) return Malformed("it holds a zero byte");
  if (HasStrayAt(conninfo))
    return Malformed("the URI has an @, a / or a : that is not escaped");
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(conninfo.c_str(), &message), &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> message_owner(message, &PQfreemem);
  if (options == nullptr) return NotUnderstood(message);
  ConnectionParameters parameters;
  // postgres://user:password/database, the host forgotten, makes the password a port.
  constexpr std::string_view kPortCharacters = "0123456789,";
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr;
       ++option) {
    if (option->val == nullptr) continue;
    if (std::string_view(option->keyword) == "port" &&
        std::string_view(option->val).find_first_not_of(kPortCharacters) !=
            std::string_view::npos) {
      return Malformed("the port is not a number");
    }
    if (*option->val != '\0') {
      parameters.parameters_.push_back({option->keyword, option->val});
    }
  }
  return parameters;
}

void ConnectionParameters::Set(std::string_view keyword, std::string value) {
  const auto found = std::ranges::find(parameters_, keyword, &Parameter::keyword);
  if (found != parameters_.end()) {
    found->value = std::move(value);
  } else {
    parameters_.push_back({std::string(keyword), std::move(value)});
  }
}

void ConnectionParameters::SetDefault(std::string_view keyword, std::string value) {
  if (std::ranges::find(parameters_, keyword, &Parameter::keyword) == parameters_.end()) {
    Set(keyword, std::move(value));
  }
}

const std::string& ConnectionParameters::Get(std::string_view keyword) const {
  static const std::string unset;
  const auto found = std::ranges::find(parameters_, keyword, &Parameter::keyword);
  return found == parameters_.end() ? unset : found->value;
}

ConnectionParameters ConnectionParameters::Resolved() const {
  // libpq fills the gaps first and then checks the values; this one it always refuses,
  // before it looks up a host.
  ConnectionParameters refused = *this;
  refused.Set("target_session_attrs", "none: only to resolve");
  // Else libpq would read the password file, and print what it thinks of its mode.
  refused.Set("password", "none");
  const ConnectionHandle connection(PQconnectStartParams(
      refused.Keywords().data(), refused.Values().data(), /*expand_dbname=*/0));
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfo(connection.get()), &PQconninfoFree);
  ConnectionParameters resolved;
  for (const PQconninfoOption* option = options.get();
       option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr && *option->val != '\0') {
      resolved.parameters_.push_back({option->keyword, option->val});
    }
  }
  return resolved;
}

std::vector<const char*> ConnectionParameters::Keywords() const {
  std::vector<const char*> keywords;
  keywords.reserve(parameters_.size() + 1);
  for (const Parameter& parameter : parameters_)
    keywords.push_back(parameter.keyword.c_str());
  keywords.push_back(nullptr);
  return keywords;
}

std::vector<const char*> ConnectionParameters::Values() const {
  std::vector<const char*> values;
  values.reserve(parameters_.size() + 1);
  for (const Parameter& parameter : parameters_)
    values.push_back(parameter.value.c_str());
  values.push_back(nullptr);
  return values;
}

}  // namespace carmilla
