#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "postgres/session.h"

namespace carmilla {

/// What a server tells about itself at one moment: how it is set up, how full it is, how
/// far behind.
struct ServerState {
  int32_t version_number = 0;  ///< server_version_num, such as 150020.
  std::string encoding;        ///< Of the database: `UTF8`, `SQL_ASCII`.
  std::string tls_version;     ///< Of this connection, such as `TLSv1.3`; "" without.
  bool is_autovacuum_on = true;
  int64_t max_connections = 0;
  int64_t reserved_connections = 0;       ///< That an ordinary role cannot have.
  int64_t used_connections = 0;           ///< With this one.
  int64_t database_connection_limit = 0;  ///< -1: none.
  int64_t database_connections = 0;       ///< With this one.
  int64_t oldest_transaction_age = 0;     ///< Transactions since datfrozenxid.
  /// Time after which rows that a snapshot needs may be removed (old_snapshot_threshold,
  /// before PostgreSQL 17); nothing where it is off.
  std::optional<std::chrono::seconds> snapshot_limit;
  /// Limits of time that the role, the database or the server sets and that a session of
  /// ours sets otherwise: name and value with its unit, those that are on only.
  std::vector<std::pair<std::string, std::string>> time_limits;
  /// How much later the server's clock is than ours.
  std::chrono::milliseconds clock_offset{0};
  bool is_in_recovery = false;
  // The rest of a replica only.
  bool has_feedback = false;  ///< hot_standby_feedback.
  /// Time until a replica cancels a reader (max_standby_streaming_delay); nothing: never.
  std::optional<std::chrono::milliseconds> standby_delay;
  /// Age of the last transaction replayed, 0 when all that was received is replayed.
  std::chrono::seconds replay_lag{0};
};

/// Reads it in a constant number of catalog queries; locks no relation of a user. Errors
/// as Session::Query.
arrow::Result<ServerState> ReadServerState(Session& session);

/// One transaction that is open for long and keeps the server from cleaning up.
struct OpenTransaction {
  std::string name;  ///< `pid 4711 of app`, or the prepared transaction's identifier.
  std::chrono::seconds age{0};
};

struct ServerActivity {
  bool sees_all_sessions = false;  ///< Else only those of the own role are told.
  std::vector<OpenTransaction> transactions;           ///< Oldest first.
  std::vector<OpenTransaction> prepared_transactions;  ///< Oldest first.
};

/// Lists what has been open in the session's server for longer than `limit`.
arrow::Result<ServerActivity> ReadServerActivity(Session& session,
                                                 std::chrono::seconds limit);

}  // namespace carmilla
