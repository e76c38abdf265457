#pragma once

#include <string>
#include <string_view>

#include <arrow/status.h>

#include "core/error.h"

struct pg_conn;
struct pg_result;

namespace carmilla {

/// Translates a failed result, or, when `result` is null or was made by libpq itself, the
/// state of `connection`, into a status whose message is `doing`, a colon and the
/// server's primary message.
///
/// DETAIL and CONTEXT are left out because they quote cells; so are primary messages that
/// may quote one (data exceptions, messages raised by functions): the condition is told
/// instead. No message holds a credential.
arrow::Status TranslateServerError(const pg_conn* connection, const pg_result* result,
                                   std::string_view doing);

/// What the server told about an error, as far as a translation needs it.
struct ServerReport {
  std::string_view sqlstate;
  std::string_view message;  ///< Primary message, in the server's language.
  std::string_view hint;     ///< The server's own hint.
  std::string_view
      function;  ///< Function of the server's source; the same in every language.
};

/// Translates by SQLSTATE.
arrow::Status TranslateReport(const ServerReport& report, std::string_view doing);

}  // namespace carmilla
