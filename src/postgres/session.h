#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "core/secret.h"
#include "postgres/libpq_handle.h"
#include "postgres/transport.h"

namespace carmilla {

/// Who logs in where, as libpq understands the connection string.
struct LoginAddress {
  std::string host;
  std::string port;
  std::string user;
};

/// Gives the password of a login; `refused` is one that the server has just refused, or
/// null. Called from several threads.
using PasswordSource =
    std::function<arrow::Result<Secret>(const LoginAddress&, const Secret* refused)>;

/// How to reach a server. Whatever libpq understands stands in `conninfo` (keywords or a
/// URI, possibly with a password that came from env: or file:); PGSERVICE, ~/.pgpass and
/// the PG* environment variables fill the gaps as libpq does.
struct ConnectionSettings {
  std::string conninfo;
  std::string run_id;  ///< Becomes application_name `carmilla/<run id>`.
  /// For the whole attempt over all hosts; `connect_timeout` of the conninfo goes first.
  std::chrono::seconds connect_timeout{10};
  std::chrono::milliseconds lock_timeout{2000};
  TlsPolicy tls = TlsPolicy::kVerify;  ///< See ProtectConnection.
  std::string ca_file;                 ///< Authorities to trust (PEM), or "".
  /// Asked at every login, and once more when that was refused; empty: libpq finds the
  /// password.
  PasswordSource password;
};

/// Who answered. A different server than last time must not continue an incremental run.
struct ServerIdentity {
  int32_t version_number = 0;     ///< server_version_num, such as 150020.
  std::string version;            ///< server_version, such as `15.20`.
  std::string system_identifier;  ///< "" where pg_control_system() is refused.
  std::string timeline;           ///< "" where pg_control_checkpoint() is refused.
  std::string encoding;           ///< Of the database: `UTF8`, `SQL_ASCII`.
  std::string database;
  std::string user;
  bool is_in_recovery = false;
  Transport transport = Transport::kLocal;  ///< How it is reached.
};

/// A small answer of the server, all values as text.
class QueryRows {
 public:
  using Row = std::vector<std::optional<std::string>>;
  explicit QueryRows(std::vector<Row> rows) : rows_(std::move(rows)) {}
  const std::vector<Row>& rows() const { return rows_; }
  bool empty() const { return rows_.empty(); }
  /// The text at a position, "" for NULL.
  const std::string& At(size_t row, size_t column) const;

 private:
  std::vector<Row> rows_;
};

/// One column of a statement's answer, as the server describes it.
struct ResultColumn {
  std::string name;
  uint32_t table_oid = 0;     ///< 0 when the column is not a plain column of a relation.
  int16_t column_number = 0;  ///< pg_attribute.attnum, 0 likewise.
  uint32_t type_oid = 0;      ///< Of a domain, the type beneath it.
  int32_t typmod = -1;
};

/// One connection with every setting that could change bytes pinned and proven from
/// pg_settings: row_security off, UTC, ISO dates, UTF8, empty search_path, no parallel
/// plans, read-only, and the rest of the preamble of docs/postgres.md. Made by Connect
/// only, so an unpinned session cannot exist.
///
/// Errors: every server error is translated by its SQLSTATE (postgres/error.h); values of
/// cells that the server echoes in DETAIL are left out. After kConnectionLost and
/// kInterrupted the session is good for nothing but destruction. Threads: one thread at a
/// time; only Cancel may be called from another thread. Cancellation: when `stop` is
/// requested a running call cancels its query on the server and returns kInterrupted
/// within 200 ms. Looking up a host name is the exception: libpq blocks.
class Session {
 public:
  /// Connects within settings.connect_timeout; kInterrupted when `stop` is requested. A
  /// server that does not take the pins is kUnsupported, with the name of the setting.
  static arrow::Result<std::unique_ptr<Session>> Connect(
      const ConnectionSettings& settings, std::stop_token stop);
  ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Runs one statement with text parameters ($1...) by the extended protocol.
  arrow::Result<QueryRows> Query(const std::string& sql,
                                 std::span<const std::string> parameters = {});
  /// Runs one or several statements whose rows do not matter.
  arrow::Status Execute(const std::string& sql);
  /// Parses a statement without planning or running it and tells its columns.
  arrow::Result<std::vector<ResultColumn>> Describe(const std::string& sql);

  /// Reads the pinned settings again. Behind a pooler the next transaction may meet
  /// another backend, which knows nothing of them: kUnsupported.
  arrow::Status ProvePins();

  /// Asks the server to cancel whatever this session runs. Thread safe, returns within a
  /// second or so, and never fails loudly: the session's own call reports the end.
  void Cancel();

  const ServerIdentity& server() const { return server_; }
  /// Parameters of the connection without the password, for messages:
  /// `user@host:port/database`.
  const std::string& description() const { return description_; }
  /// The backend that answered right after connecting.
  int32_t backend_pid() const { return backend_pid_; }
  /// True when something between us and the backend speaks the protocol (a pooler): the
  /// backend is not the process that the connection was told.
  bool is_pooled() const;
  /// For postgres/ only. The connection is in libpq's non-blocking mode.
  pg_conn* native() const { return connection_.get(); }
  /// Ends calls; at first the token given to Connect.
  const std::stop_token& stop() const { return stop_; }
  void set_stop(std::stop_token stop) { stop_ = std::move(stop); }

 private:
  Session() = default;
  arrow::Status Open(const ConnectionSettings& settings);
  arrow::Status Pin(const ConnectionSettings& settings);
  arrow::Status ReadIdentity();
  arrow::Status ReadControlData(const std::string& sql, std::string* out);
  arrow::Status Flush();
  arrow::Result<std::vector<ResultHandle>> Receive();
  arrow::Status LastError(const pg_result* result);
  arrow::Status Interrupt();
  void CancelWithin(std::chrono::milliseconds patience);

  ConnectionHandle connection_;
  std::shared_ptr<pg_cancel> cancel_;
  std::stop_token stop_;
  ServerIdentity server_;
  std::string description_;
  std::vector<std::pair<std::string, std::string>> pins_;
  int32_t backend_pid_ = 0;
};

}  // namespace carmilla
