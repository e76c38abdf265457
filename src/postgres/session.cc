#include "postgres/session.h"

#include <libpq-fe.h>

#include <algorithm>
#include <future>
#include <system_error>
#include <thread>

#include "core/error.h"
#include "postgres/catalog_value.h"
#include "postgres/connection_attempt.h"
#include "postgres/error.h"
#include "postgres/identifier.h"
#include "postgres/session_pins.h"
#include "postgres/socket_wait.h"

namespace carmilla {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int32_t kOldestVersion = 100000;
constexpr int32_t kVersion14 = 140000;
constexpr milliseconds kCancelPatience{1000};
constexpr milliseconds kInterruptPatience{50};

bool IsFailure(const pg_result* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
         status != PGRES_EMPTY_QUERY;
}

QueryRows RowsOf(const pg_result* result) {
  std::vector<QueryRows::Row> rows;
  const int num_columns = PQnfields(result);
  for (int row = 0; row < PQntuples(result); ++row) {
    QueryRows::Row& values = rows.emplace_back();
    for (int column = 0; column < num_columns; ++column) {
      if (PQgetisnull(result, row, column) != 0) {
        values.emplace_back();
      } else {
        values.emplace_back(std::in_place, PQgetvalue(result, row, column),
                            static_cast<size_t>(PQgetlength(result, row, column)));
      }
    }
  }
  return QueryRows(std::move(rows));
}

arrow::Status PinLost(const std::string& description, const std::string& name) {
  return MakeError(
      ErrorKind::kUnsupported,
      "preparing " + description + ": the setting does not hold: " + name,
      "a connection pooler in transaction mode gives every transaction another "
      "session; connect to the server itself or to a pool in session mode");
}

arrow::Status CompareSettings(const QueryRows& rows,
                              const std::vector<PinnedSetting>& expected,
                              const std::string& description) {
  for (const auto& [name, value] : expected) {
    const bool holds = std::ranges::any_of(rows.rows(), [&](const QueryRows::Row& row) {
      return row[0] == name && row[1] == value;
    });
    if (!holds) return PinLost(description, name);
  }
  return arrow::Status::OK();
}

}  // namespace

const std::string& QueryRows::At(size_t row, size_t column) const {
  static const std::string null;
  const std::optional<std::string>& value = rows_.at(row).at(column);
  return value.has_value() ? *value : null;
}

arrow::Result<std::unique_ptr<Session>> Session::Connect(
    const ConnectionSettings& settings, std::stop_token stop) {
  std::unique_ptr<Session> session(new Session());
  session->stop_ = std::move(stop);
  ARROW_RETURN_NOT_OK(session->Open(settings));
  ARROW_RETURN_NOT_OK(session->Pin(settings));
  ARROW_RETURN_NOT_OK(session->ReadIdentity());
  return session;
}

arrow::Status Session::Open(const ConnectionSettings& settings) {
  ARROW_ASSIGN_OR_RAISE(ConnectionAttempt attempt, AttemptConnection(settings, stop_));
  connection_ = std::move(attempt.connection);
  description_ = std::move(attempt.description);
  PQsetErrorVerbosity(connection_.get(), PQERRORS_TERSE);
  if (PQsetnonblocking(connection_.get(), 1) != 0) return LastError(nullptr);
  cancel_ = std::shared_ptr<PGcancel>(PQgetCancel(connection_.get()), LibpqDeleter());
  server_.version_number = PQserverVersion(connection_.get());
  server_.transport = TransportOf(connection_.get());
  const char* const encoding = PQparameterStatus(connection_.get(), "server_encoding");
  server_.encoding = encoding == nullptr ? "" : encoding;
  if (server_.version_number < kOldestVersion) {
    return MakeError(ErrorKind::kUnsupported,
                     "connecting to " + description_ +
                         ": the server is too old: version number " +
                         std::to_string(server_.version_number),
                     "PostgreSQL 10 or newer is needed");
  }
  return arrow::Status::OK();
}

arrow::Status Session::Pin(const ConnectionSettings& settings) {
  pins_ = PinnedSettings(server_.version_number, settings);
  ARROW_ASSIGN_OR_RAISE(const std::string statements, PinStatements(pins_));
  ARROW_RETURN_NOT_OK(Execute(statements));
  if (server_.version_number >= kVersion14) {
    // Refused where the server's operating system cannot watch a socket; only a comfort
    // then.
    const arrow::Status status = Execute("SET client_connection_check_interval = '1s'");
    if (!status.ok() && KindOf(status) != ErrorKind::kData) return status;
  }
  const std::vector<PinnedSetting> required = RequiredSettings();
  pins_.insert(pins_.end(), required.begin(), required.end());
  return ProvePins();
}

arrow::Status Session::ProvePins() {
  std::vector<std::string> names;
  names.reserve(pins_.size());
  for (const auto& [name, value] : pins_) names.push_back(name);
  const std::string parameter = ArrayText(names);
  ARROW_ASSIGN_OR_RAISE(const QueryRows rows,
                        Query("SELECT name, setting FROM pg_catalog.pg_settings WHERE "
                              "name = ANY ($1::text[])",
                              {&parameter, 1}));
  return CompareSettings(rows, pins_, description_);
}

// Managed servers refuse the control data, or have its functions in name only. The right
// is asked for first: a refused call would stand in the server's log for each connection.
arrow::Status Session::ReadIdentity() {
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      Query(
          "SELECT current_setting('server_version'), current_database(), current_user, "
          "pg_is_in_recovery(), pg_backend_pid(), "
          "has_function_privilege(to_regprocedure('pg_catalog.pg_control_system()'), "
          "'EXECUTE'), "
          "has_function_privilege(to_regprocedure('pg_catalog.pg_control_checkpoint()'),"
          " 'EXECUTE')"));
  const std::string& version = rows.At(0, 0);
  server_.version = version.substr(0, version.find(' '));
  server_.database = rows.At(0, 1);
  server_.user = rows.At(0, 2);
  server_.is_in_recovery = rows.At(0, 3) == "t";
  backend_pid_ = static_cast<int32_t>(ParseInteger(rows.At(0, 4)));
  if (rows.At(0, 5) == "t") {
    ARROW_RETURN_NOT_OK(
        ReadControlData("SELECT system_identifier FROM pg_catalog.pg_control_system()",
                        &server_.system_identifier));
  }
  if (rows.At(0, 6) != "t") return arrow::Status::OK();
  return ReadControlData("SELECT timeline_id FROM pg_catalog.pg_control_checkpoint()",
                         &server_.timeline);
}

arrow::Status Session::ReadControlData(const std::string& sql, std::string* out) {
  const auto rows = Query(sql);
  if (rows.ok()) *out = rows->At(0, 0);
  const bool is_broken = PQstatus(connection_.get()) != CONNECTION_OK;
  return is_broken || stop_.stop_requested() ? rows.status() : arrow::Status::OK();
}

arrow::Result<QueryRows> Session::Query(const std::string& sql,
                                        std::span<const std::string> parameters) {
  if (stop_.stop_requested()) return Interrupt();
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  if (PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()),
                        /*paramTypes=*/nullptr, values.data(), /*paramLengths=*/nullptr,
                        /*paramFormats=*/nullptr, /*resultFormat=*/0) == 0) {
    return LastError(nullptr);
  }
  ARROW_ASSIGN_OR_RAISE(const std::vector<ResultHandle> results, Receive());
  return RowsOf(results.back().get());
}

arrow::Status Session::Execute(const std::string& sql) {
  if (stop_.stop_requested()) return Interrupt();
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) return LastError(nullptr);
  return Receive().status();
}

arrow::Result<std::vector<ResultColumn>> Session::Describe(const std::string& sql) {
  if (stop_.stop_requested()) return Interrupt();
  if (PQsendPrepare(connection_.get(), /*stmtName=*/"", sql.c_str(), /*nParams=*/0,
                    /*paramTypes=*/nullptr) == 0) {
    return LastError(nullptr);
  }
  ARROW_RETURN_NOT_OK(Receive().status());
  if (PQsendDescribePrepared(connection_.get(), /*stmt=*/"") == 0) {
    return LastError(nullptr);
  }
  ARROW_ASSIGN_OR_RAISE(const std::vector<ResultHandle> results, Receive());
  const PGresult* result = results.back().get();
  const int num_columns = PQnfields(result);
  std::vector<ResultColumn> columns;
  columns.reserve(static_cast<size_t>(num_columns));
  for (int i = 0; i < num_columns; ++i) {
    columns.push_back({.name = PQfname(result, i),
                       .table_oid = PQftable(result, i),
                       .column_number = static_cast<int16_t>(PQftablecol(result, i)),
                       .type_oid = PQftype(result, i),
                       .typmod = PQfmod(result, i)});
  }
  return columns;
}

bool Session::is_pooled() const {
  return PQbackendPID(connection_.get()) != backend_pid_;
}

arrow::Status Session::Flush() {
  while (true) {
    const int left = PQflush(connection_.get());
    if (left < 0) return LastError(nullptr);
    if (left == 0) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(
        WaitForSocket(connection_.get(), SocketEvent::kEither, stop_, std::nullopt));
    // The server may need us to read before it reads on.
    if (PQconsumeInput(connection_.get()) == 0) return LastError(nullptr);
  }
}

// Reads all results of one request; the first failed one becomes the error.
arrow::Result<std::vector<ResultHandle>> Session::Receive() {
  std::vector<ResultHandle> results;
  arrow::Status status = Flush();
  while (status.ok()) {
    while (status.ok() && PQisBusy(connection_.get()) != 0) {
      status =
          WaitForSocket(connection_.get(), SocketEvent::kReadable, stop_, std::nullopt);
      if (status.ok() && PQconsumeInput(connection_.get()) == 0)
        status = LastError(nullptr);
    }
    if (!status.ok()) break;
    ResultHandle result(PQgetResult(connection_.get()));
    if (result == nullptr) break;
    // After the start of a COPY libpq would return this result for ever.
    const bool is_copy = PQresultStatus(result.get()) == PGRES_COPY_OUT ||
                         PQresultStatus(result.get()) == PGRES_COPY_IN;
    results.push_back(std::move(result));
    if (is_copy) break;
  }
  if (stop_.stop_requested()) return Interrupt();
  // A session that the server ends tells why before it breaks.
  for (const ResultHandle& result : results) {
    if (IsFailure(result.get())) return LastError(result.get());
  }
  ARROW_RETURN_NOT_OK(status);
  if (results.empty()) return LastError(nullptr);
  return results;
}

arrow::Status Session::LastError(const pg_result* result) {
  return TranslateServerError(connection_.get(), result, "querying " + description_);
}

// Ends the query on the server; who asked us to stop will destroy the session, so its
// answer is not waited for.
arrow::Status Session::Interrupt() {
  if (PQtransactionStatus(connection_.get()) == PQTRANS_ACTIVE)
    CancelWithin(kInterruptPatience);
  return MakeError(ErrorKind::kInterrupted, "querying " + description_ + ": interrupted");
}

void Session::Cancel() { CancelWithin(kCancelPatience); }

void Session::CancelWithin(milliseconds patience) {
  if (cancel_ == nullptr) return;
  // PQcancel opens a connection of its own and knows no time limit, so it gets a thread
  // that we stop waiting for; the thread keeps what it needs alive.
  std::packaged_task<void()> task([cancel = cancel_] {
    char message[256];
    PQcancel(cancel.get(), message, sizeof message);
  });
  std::future<void> done = task.get_future();
  try {
    std::thread(std::move(task)).detach();
  } catch (const std::system_error&) {
    return;  // No thread left: the server sees the closed connection instead.
  }
  done.wait_for(patience);
}

}  // namespace carmilla
