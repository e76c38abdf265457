#include "postgres/error.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <optional>

namespace carmilla {
namespace {

struct Translation {
  std::string_view sqlstate;  ///< Five characters, or two for a whole class.
  ErrorKind kind;
  std::string_view hint;
};

constexpr std::string_view kReplicaHint =
    "the replica removed rows that this read still needs; read at a quieter time, raise "
    "max_standby_streaming_delay (the replica lags meanwhile) or set "
    "hot_standby_feedback "
    "(the primary keeps dead rows meanwhile)";
constexpr std::string_view kPoolerHint =
    "a connection pooler in transaction mode cannot be used; connect to the server "
    "itself or "
    "to a pool in session mode";

// The first entry that fits wins, so a class stands after its members.
constexpr Translation kTranslations[] = {
    {"08P01", ErrorKind::kConnectionLost, ""},
    {"08", ErrorKind::kUnavailable, ""},
    // What the server cannot do was asked for by the user's SQL: ours is plain.
    {"0A", ErrorKind::kQuery, "the server does not do what the SQL asks for"},
    {"22021", ErrorKind::kData,
     "the database holds text that is not valid in its encoding; correct the rows, store "
     "NULL with on_invalid_utf8: null, or the bytes of a column with types: {NAME: "
     "binary}"},
    {"22", ErrorKind::kData, "correct the rows, or the expression that reads them"},
    {"25006", ErrorKind::kQuery,
     "sessions are read-only; a view or function that writes cannot be read"},
    {"25P03", ErrorKind::kServerCancelled,
     "the server ended an idle transaction (idle_in_transaction_session_timeout)"},
    {"25P04", ErrorKind::kTimeout, "raise transaction_timeout for this role"},
    {"26000", ErrorKind::kUnsupported, kPoolerHint},
    {"28P01", ErrorKind::kAuthentication,
     "check the password; it may come from the connection, PGPASSWORD or ~/.pgpass"},
    {"28", ErrorKind::kAuthentication, "check the user and the server's pg_hba.conf"},
    {"3D000", ErrorKind::kConfiguration, "check the database's name in the connection"},
    {"3F000", ErrorKind::kUnknownRelation,
     "check the schema's name and its upper-case letters"},
    {"40001", ErrorKind::kServerCancelled, kReplicaHint},
    {"40P01", ErrorKind::kLockTimeout,
     "another session locked the same relations; try again"},
    {"42501", ErrorKind::kPermission,
     "grant the role what it needs: `carmilla plan` prints the statements"},
    {"42P01", ErrorKind::kUnknownRelation,
     "the search path is empty: write names with their schema"},
    {"42703", ErrorKind::kUnknownRelation, ""},
    {"42883", ErrorKind::kQuery,
     "the search path is empty: write functions and operators of other schemas with "
     "their "
     "schema, as in public.f(x) or a OPERATOR(public.=) b"},
    {"42704", ErrorKind::kQuery,
     "the search path is empty: write types of other schemas with their schema"},
    {"42", ErrorKind::kQuery, ""},
    {"53100", ErrorKind::kUnavailable, "the server's disk is full"},
    {"53200", ErrorKind::kUnavailable, "the server is out of memory"},
    {"53300", ErrorKind::kUnavailable,
     "all connections of the server or of the role are taken; use fewer threads or raise "
     "the "
     "limit"},
    {"53", ErrorKind::kUnavailable, ""},
    {"54000", ErrorKind::kRowTooLarge,
     "the server cannot send a row or value of 1 GB or more; leave the column out"},
    {"54", ErrorKind::kQuery, ""},
    {"55P03", ErrorKind::kLockTimeout,
     "another session holds a lock on it (a migration?); try again when it is done"},
    {"55", ErrorKind::kData, ""},
    {"57014", ErrorKind::kServerCancelled,
     "somebody cancelled the query (pg_cancel_backend)"},
    {"57P01", ErrorKind::kServerCancelled,
     "the server is shutting down, or somebody ended the session (pg_terminate_backend)"},
    {"57P03", ErrorKind::kUnavailable, "the server is starting or stopping; try again"},
    {"57P04", ErrorKind::kConfiguration, "the database was dropped"},
    {"57", ErrorKind::kServerCancelled, ""},
    {"58", ErrorKind::kCorruptData,
     "look at the server's log: its storage does not answer"},
    {"72", ErrorKind::kSnapshotLost, ""},
    {"HV00N", ErrorKind::kUnavailable,
     "the server behind a foreign table cannot be reached"},
    {"XX001", ErrorKind::kCorruptData,
     "the server's own storage is damaged; look at its log"},
    {"XX002", ErrorKind::kCorruptData, "an index of the server is damaged; REINDEX it"},
};

// Classes whose primary messages are made of names and numbers of the catalog, never of
// cells.
constexpr std::string_view kQuotableClasses[] = {"08", "0A", "25", "26", "28", "34",
                                                 "3B", "3D", "3F", "40", "42", "53",
                                                 "54", "55", "57", "58", "72", "XX"};

std::string_view WithoutNewlines(std::string_view text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// A function's RAISE may put anything into a message, under any SQLSTATE.
bool MayQuoteCells(const ServerReport& report) {
  return report.function == "exec_stmt_raise" ||
         std::ranges::find(kQuotableClasses, report.sqlstate.substr(0, 2)) ==
             std::end(kQuotableClasses);
}

std::string TextOf(const ServerReport& report) {
  if (!MayQuoteCells(report)) return std::string(WithoutNewlines(report.message));
  const std::string state = " (SQLSTATE " + std::string(report.sqlstate) + ")";
  if (report.function == "exec_stmt_raise") return "a function raised an error" + state;
  if (report.sqlstate == "22021") return "text is not valid in its encoding" + state;
  if (report.sqlstate.starts_with("22")) {
    // What stands before the value: `invalid input syntax for type integer`.
    std::string_view template_text = WithoutNewlines(report.message);
    template_text = template_text.substr(0, template_text.find_first_of("\":0123456789"));
    while (template_text.ends_with(' ')) template_text.remove_suffix(1);
    if (!template_text.empty()) return std::string(template_text) + state;
  }
  return "the server reported an error" + state;
}

std::optional<Translation> SpecialCase(const ServerReport& report) {
  if (report.sqlstate == "42501" && (report.function == "check_enable_rls" ||
                                     Has(report.message, "row-level security"))) {
    return Translation{
        "", ErrorKind::kRowSecurity,
        "a policy hides rows from this role, so the copy would be incomplete; "
        "read as a role with BYPASSRLS or as the owner, or leave the table out"};
  }
  if (report.sqlstate == "57014" && Has(report.message, "statement timeout")) {
    return Translation{"", ErrorKind::kTimeout,
                       "raise statement_timeout for this role, or read less at once"};
  }
  if (report.sqlstate == "XX000" &&
      Has(report.message, "invalid memory alloc request size")) {
    return Translation{"", ErrorKind::kRowTooLarge,
                       "the server cannot send a row or value of 1 GB or more; leave the "
                       "column out"};
  }
  return std::nullopt;
}

Translation TranslationOf(const ServerReport& report) {
  if (const auto special = SpecialCase(report)) return *special;
  for (const Translation& translation : kTranslations) {
    if (report.sqlstate.starts_with(translation.sqlstate)) return translation;
  }
  return {"", ErrorKind::kQuery, ""};
}

std::string_view Field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace

arrow::Status TranslateReport(const ServerReport& report, std::string_view doing) {
  const Translation translation = TranslationOf(report);
  std::string hint(translation.hint);
  // The server's own hints tell about syntax and names; a function's may tell anything.
  if (hint.empty() && !MayQuoteCells(report)) hint = WithoutNewlines(report.hint);
  return MakeError(translation.kind, std::string(doing) + ": " + TextOf(report),
                   std::move(hint));
}

arrow::Status TranslateServerError(const pg_conn* connection, const pg_result* result,
                                   std::string_view doing) {
  const ServerReport report{.sqlstate = Field(result, PG_DIAG_SQLSTATE),
                            .message = Field(result, PG_DIAG_MESSAGE_PRIMARY),
                            .hint = Field(result, PG_DIAG_MESSAGE_HINT),
                            .function = Field(result, PG_DIAG_SOURCE_FUNCTION)};
  if (!report.sqlstate.empty()) return TranslateReport(report, doing);
  const char* text = result != nullptr ? PQresultErrorMessage(result) : "";
  if (*text == '\0' && connection != nullptr) text = PQerrorMessage(connection);
  const std::string_view line = WithoutNewlines(text);
  const std::string message =
      std::string(doing) + ": " + (line.empty() ? "no answer" : std::string(line));
  if (Has(line, "out of memory")) return MakeError(ErrorKind::kOutOfMemory, message);
  if (connection == nullptr || PQstatus(connection) == CONNECTION_BAD) {
    return MakeError(ErrorKind::kConnectionLost, message,
                     "the server or the network between broke the connection");
  }
  return MakeError(ErrorKind::kBug, message);
}

}  // namespace carmilla
