#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

struct pg_conn;

namespace carmilla {

/// How to reach a server. Whatever libpq understands stands in `conninfo` (keywords or a URI,
/// possibly with a password that came from env: or file:); PGSERVICE, ~/.pgpass and the PG*
/// environment variables fill the gaps as libpq does.
struct ConnectionSettings {
  std::string conninfo;
  std::string run_id;  ///< Becomes application_name `carmilla/<run id>`.
  std::chrono::seconds connect_timeout{10};
  std::chrono::milliseconds lock_timeout{2000};
};

/// Who answered. A different server than last time must not continue an incremental run.
struct ServerIdentity {
  int32_t version_number = 0;     ///< server_version_num, such as 150020.
  std::string version;            ///< server_version, such as `15.20`.
  std::string system_identifier;  ///< "" where pg_control_system() is refused.
  std::string timeline;           ///< "" where pg_control_checkpoint() is refused.
  std::string database;
  std::string user;
  bool is_in_recovery = false;
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

/// One connection with every setting that could change bytes pinned and proven by SHOW:
/// row_security off, UTC, ISO dates, UTF8, empty search_path, no parallel plans, read-only, and the
/// rest of the preamble of docs/postgres.md. Made by Connect only, so an unpinned session cannot
/// exist.
///
/// Errors: every server error is translated by its SQLSTATE (postgres/error.h); values of cells
/// that the server echoes in DETAIL are left out.
/// Threads: one thread at a time; only Cancel may be called from another thread.
class Session {
 public:
  /// Connects within settings.connect_timeout; kInterrupted when `stop` is requested.
  static arrow::Result<std::unique_ptr<Session>> Connect(const ConnectionSettings& settings,
                                                         std::stop_token stop);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Runs one statement with text parameters ($1...) by the extended protocol.
  arrow::Result<QueryRows> Query(const std::string& sql,
                                 std::span<const std::string> parameters = {});
  /// Runs statements whose rows do not matter.
  arrow::Status Execute(const std::string& sql);

  /// Asks the server to cancel whatever this session runs. Thread safe, returns within a second or
  /// so, and never fails loudly: the session's own call reports the end.
  void Cancel();

  const ServerIdentity& server() const { return server_; }
  /// Parameters of the connection without the password, for messages: `user@host:port/database`.
  const std::string& description() const { return description_; }
  /// For postgres/ only.
  pg_conn* native() const { return connection_; }
  /// The stop token given to Connect.
  const std::stop_token& stop() const { return stop_; }

 private:
  Session() = default;
  arrow::Status Pin(const ConnectionSettings& settings);
  arrow::Status ReadIdentity();

  pg_conn* connection_ = nullptr;
  std::stop_token stop_;
  ServerIdentity server_;
  std::string description_;
};

}  // namespace carmilla
