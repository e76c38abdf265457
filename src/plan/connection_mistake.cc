#include "plan/connection_mistake.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/letter_case.h"

namespace carmilla {
namespace {

using std::string_view;

constexpr string_view kWhiteSpace = " \t\r\n";
constexpr string_view kSchemeEnd = "://";
constexpr std::array<string_view, 2> kSchemes = {"postgresql", "postgres"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

bool IsScheme(string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '_' || c == '.';
  });
}

/// What stands before `://`, when it can be a scheme.
std::optional<string_view> SchemeOf(string_view text) {
  const size_t end = text.find(kSchemeEnd);
  if (end == string_view::npos || !IsScheme(text.substr(0, end))) return std::nullopt;
  return text.substr(0, end);
}

bool IsOurScheme(string_view scheme) {
  return std::ranges::find(kSchemes, scheme) != kSchemes.end();
}

/// `DATABASE_URL=postgresql://...`, as it stands in a file of variables.
bool IsAssignment(string_view text) {
  const size_t equals = text.find('=');
  if (equals == string_view::npos || equals == 0) return false;
  const auto scheme = SchemeOf(text.substr(equals + 1));
  return scheme.has_value() && IsScheme(text.substr(0, equals)) && IsOurScheme(*scheme);
}

bool IsQuoted(string_view text) {
  return text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
         text.front() == text.back();
}

bool HasStrayPercent(string_view text) {
  for (size_t i = text.find('%'); i != string_view::npos; i = text.find('%', i + 1)) {
    if (i + 2 >= text.size() || !IsHexDigit(text[i + 1]) || !IsHexDigit(text[i + 2])) {
      return true;
    }
  }
  return false;
}

/// True where libpq ends user and password too early: at the first @, or at a / before
/// it. `rest` follows the scheme.
bool HasStraySeparator(string_view rest) {
  const size_t at = rest.find('@');
  const size_t slash = rest.find('/');
  if (at != string_view::npos && at < slash) {
    const string_view after = rest.substr(at + 1);
    return after.substr(0, after.find('?')).find('@') != string_view::npos;
  }
  return rest.substr(0, rest.find('?', slash)).find('@') != string_view::npos;
}

/// `USER:PASSWORD/DATABASE`: with the host forgotten, the password stands for a port.
bool HasWrongPort(string_view rest) {
  if (const size_t at = rest.find('@'); at < rest.find('/')) rest.remove_prefix(at + 1);
  const string_view hosts = rest.substr(0, rest.find_first_of("/?"));
  const size_t address_end = hosts.rfind(']');
  const size_t colon =
      hosts.find(':', address_end == string_view::npos ? 0 : address_end);
  if (colon == string_view::npos || hosts.find(',') != string_view::npos) return false;
  return !std::ranges::all_of(hosts.substr(colon + 1), IsDigit);
}

std::optional<ConnectionMistake> FindInUrl(string_view rest, const std::string& form) {
  const std::string escape =
      "write @ as %40, / as %2F, : as %3A, # as %23 and % as %25 inside user and "
      "password: " +
      form + "; PGPASSWORD and ~/.pgpass take the password as it is";
  if (HasStraySeparator(rest)) {
    return ConnectionMistake{
        "has an @ or a / that is not escaped, perhaps in the password", escape};
  }
  if (HasStrayPercent(rest)) {
    return ConnectionMistake{"has a % that is not escaped, perhaps in the password",
                             escape};
  }
  if (HasWrongPort(rest)) {
    return ConnectionMistake{
        "has something else than a number where the port stands",
        "write the host after an @ behind user and password: " + form +
            "; and # as %23 in a password, because shells and files of variables may "
            "end a value at it"};
  }
  return std::nullopt;
}

ConnectionMistake OfScheme(string_view scheme, const std::string& form) {
  const std::string lower = LowerCase(scheme);
  const string_view base = string_view(lower).substr(0, lower.find('+'));
  if (IsOurScheme(base) && base.size() < lower.size()) {
    return {"names a driver of Python in its scheme",
            "write the scheme without + and driver: " + form};
  }
  if (IsOurScheme(lower)) {
    return {"has a scheme in upper-case letters", "write it in lower case: " + form};
  }
  return {"is not the URL of a PostgreSQL database", "write " + form};
}

}  // namespace

std::optional<ConnectionMistake> FindConnectionMistake(string_view text,
                                                       bool with_password) {
  const std::string form = with_password ? "postgresql://USER:PASSWORD@HOST:5432/DATABASE"
                                         : "postgresql://USER@HOST:5432/DATABASE";
  if (LowerCase(text.substr(0, 5)) == "jdbc:") {
    return ConnectionMistake{"is a JDBC URL",
                             "write " + form +
                                 ", without `jdbc:` and with "
                                 "the user before the @ instead of user=..."};
  }
  if (text.starts_with("psql ")) {
    return ConnectionMistake{"is a command for psql",
                             "write what stands in its quotes alone: " + form};
  }
  if (IsAssignment(text)) {
    return ConnectionMistake{"begins with the name of a variable",
                             "write what stands behind the equals sign alone: " + form};
  }
  if (IsQuoted(text)) {
    return ConnectionMistake{"stands in quotes",
                             "write it without them: files of variables keep them"};
  }
  const size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == string_view::npos) return std::nullopt;
  const auto scheme = SchemeOf(text.substr(first));
  if (!scheme.has_value()) return std::nullopt;
  if (first > 0 || kWhiteSpace.find(text.back()) != string_view::npos) {
    return ConnectionMistake{
        "begins or ends with white space",
        "write the URL alone, without spaces and line breaks: " + form};
  }
  if (!IsOurScheme(*scheme)) return OfScheme(*scheme, form);
  return FindInUrl(text.substr(scheme->size() + kSchemeEnd.size()), form);
}

}  // namespace carmilla
