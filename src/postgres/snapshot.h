#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include <arrow/result.h>

#include "postgres/session.h"

namespace carmilla {

/// One exported snapshot, as workers import it and manifests record it.
struct SnapshotToken {
  std::string id;        ///< For SET TRANSACTION SNAPSHOT, such as `00000003-0000001B-1`.
  std::string contents;  ///< pg_current_snapshot() or txid_current_snapshot(): `xmin:xmax:xip`.
  std::string lsn;       ///< WAL position when it was taken, "" if not known.
  std::string taken_at;  ///< Server time, ISO 8601 UTC.
};

/// The coordinator: begins REPEATABLE READ READ ONLY, exports one snapshot and keeps it alive. It
/// touches no user relation, so it holds no lock that DDL could wait for.
///
/// Call Poll at least every 10 s from the thread that owns the exporter: an idle session would be
/// ended by idle_in_transaction_session_timeout, and the snapshot with it.
class SnapshotExporter {
 public:
  /// Fails with kUnsupported where snapshots cannot be shared (a pooler in transaction mode).
  static arrow::Result<std::unique_ptr<SnapshotExporter>> Begin(
      const ConnectionSettings& settings, std::chrono::seconds max_age, std::stop_token stop);

  const SnapshotToken& token() const { return token_; }
  const ServerIdentity& server() const { return session_->server(); }

  /// Speaks to the server; kSnapshotLost if the session ended or the snapshot grew older than
  /// max_age. Cheap.
  arrow::Status Poll();

  /// Ends the transaction; the snapshot is gone.
  void End();

 private:
  SnapshotExporter() = default;

  std::unique_ptr<Session> session_;
  SnapshotToken token_;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::seconds max_age_{};
};

/// Begins a REPEATABLE READ READ ONLY transaction in `session` that sees exactly `token`, and
/// proves it: pg_current_snapshot() must equal token.contents, else kSnapshotLost.
arrow::Status ImportSnapshot(Session& session, const SnapshotToken& token);

}  // namespace carmilla
