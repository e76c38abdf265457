#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include <arrow/result.h>

#include "postgres/session.h"

namespace carmilla {

/// One exported snapshot, as workers import it and manifests record it.
struct SnapshotToken {
  std::string id;  ///< For SET TRANSACTION SNAPSHOT, such as `00000003-0000001B-1`.
  std::string
      contents;  ///< pg_current_snapshot() or txid_current_snapshot(): `xmin:xmax:xip`.
  std::string lsn;       ///< WAL position when it was taken, "" if not known.
  std::string taken_at;  ///< Server time, ISO 8601 UTC.
};

/// The coordinator: begins REPEATABLE READ READ ONLY, exports one snapshot and keeps it
/// alive. Between its calls it holds no lock on a user's relation that DDL could wait
/// for.
///
/// Call Poll at least every 10 s from the thread that owns the exporter: an idle session
/// would be ended by idle_in_transaction_session_timeout, and the snapshot with it.
class SnapshotExporter {
 public:
  /// Fails with kUnsupported where snapshots cannot be shared: behind a pooler in
  /// transaction mode, which is found out by a second connection.
  static arrow::Result<std::unique_ptr<SnapshotExporter>> Begin(
      const ConnectionSettings& settings, std::chrono::seconds max_age,
      std::stop_token stop);

  const SnapshotToken& token() const { return token_; }
  const ServerIdentity& server() const { return server_; }
  /// How long the snapshot has been held.
  std::chrono::seconds age() const;

  /// Speaks to the server; kSnapshotLost if the session ended or the snapshot grew older
  /// than max_age. Cheap.
  arrow::Status Poll();

  /// Calls `look` with the exporter's own session, which sees the snapshot and must stay
  /// in its transaction. Locks that were taken meanwhile are let go, also after an error.
  arrow::Status LookAround(const std::function<arrow::Status(Session&)>& look);

  /// Ends the transaction and the connection; the snapshot is gone and Poll says so.
  void End() { session_.reset(); }

 private:
  SnapshotExporter() = default;
  arrow::Status Export();

  std::unique_ptr<Session> session_;
  ServerIdentity server_;
  SnapshotToken token_;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::seconds max_age_{};
};

/// Begins a REPEATABLE READ READ ONLY transaction in `session` (which must be in none)
/// that sees exactly `token`, and proves it: pg_current_snapshot() must equal
/// token.contents, else kSnapshotLost. After an error the session is in no transaction.
arrow::Status ImportSnapshot(Session& session, const SnapshotToken& token);

/// Ends the session's transaction, also a failed one.
arrow::Status EndTransaction(Session& session);

}  // namespace carmilla
