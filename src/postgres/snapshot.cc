#include "postgres/snapshot.h"

#include "core/error.h"
#include "core/log.h"
#include "postgres/identifier.h"
#include "postgres/pooler.h"

namespace carmilla {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr int32_t kVersion13 = 130000;
constexpr char kBegin[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

std::string CurrentSnapshot(const ServerIdentity& server) {
  return server.version_number >= kVersion13 ? "pg_current_snapshot()::text"
                                             : "txid_current_snapshot()::text";
}

// Some managed servers refuse these functions; a position is a comfort, the snapshot is
// not.
std::string ReadWalPosition(Session& session) {
  const std::string function = session.server().is_in_recovery
                                   ? "pg_last_wal_replay_lsn()"
                                   : "pg_current_wal_insert_lsn()";
  const auto rows = session.Query("SELECT " + function + "::text");
  if (rows.ok()) return rows->At(0, 0);
  LogDebug("reading the WAL position: " + rows.status().message());
  return "";
}

bool IsEndOfRun(const arrow::Status& status) {
  return KindOf(status) == ErrorKind::kInterrupted;
}

arrow::Status Lost(const std::string& problem, const std::string& hint = "") {
  return MakeError(ErrorKind::kSnapshotLost, "holding the snapshot: " + problem, hint);
}

arrow::Status ImportInto(Session& session, const SnapshotToken& token) {
  ARROW_ASSIGN_OR_RAISE(const std::string id, QuoteLiteral(token.id));
  std::string statements = kBegin;
  statements += "; SET TRANSACTION SNAPSHOT " + id;
  arrow::Status status = session.Execute(statements);
  if (!status.ok()) {
    const ErrorKind kind = KindOf(status);
    // A server that is gone has other cures than a snapshot that is gone.
    if (InfoOf(kind).is_retryable || kind == ErrorKind::kInterrupted) return status;
    return Lost("it cannot be imported: " + status.message(),
                "the session that exported it has ended");
  }
  ARROW_ASSIGN_OR_RAISE(const QueryRows rows,
                        session.Query("SELECT " + CurrentSnapshot(session.server())));
  if (rows.At(0, 0) != token.contents) {
    return Lost("a worker sees another snapshot: " + rows.At(0, 0) + " instead of " +
                token.contents);
  }
  return session.is_pooled() ? session.ProvePins() : arrow::Status::OK();
}

}  // namespace

arrow::Result<std::unique_ptr<SnapshotExporter>> SnapshotExporter::Begin(
    const ConnectionSettings& settings, seconds max_age, std::stop_token stop) {
  std::unique_ptr<SnapshotExporter> exporter(new SnapshotExporter());
  ARROW_ASSIGN_OR_RAISE(exporter->session_, Session::Connect(settings, stop));
  exporter->max_age_ = max_age;
  exporter->server_ = exporter->session_->server();
  ARROW_RETURN_NOT_OK(
      RefuseTransactionPooler(*exporter->session_, settings, std::move(stop)));
  ARROW_RETURN_NOT_OK(WithContext(exporter->Export(), "taking the snapshot"));
  return exporter;
}

arrow::Status SnapshotExporter::Export() {
  ARROW_RETURN_NOT_OK(session_->Execute(kBegin));
  begun_ = steady_clock::now();
  // transaction_timestamp() precedes the snapshot, whatever the transaction asks first:
  // what committed later may be seen, never missed.
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session_->Query(
          "SELECT pg_export_snapshot(), " + CurrentSnapshot(server_) +
          ", to_char(transaction_timestamp(), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
  token_.id = rows.At(0, 0);
  token_.contents = rows.At(0, 1);
  token_.taken_at = rows.At(0, 2);
  return LookAround([this](Session& session) {
    if (session.is_pooled()) ARROW_RETURN_NOT_OK(session.ProvePins());
    token_.lsn = ReadWalPosition(session);  // Last: where it is refused, nothing follows.
    return arrow::Status::OK();
  });
}

arrow::Status SnapshotExporter::LookAround(
    const std::function<arrow::Status(Session&)>& look) {
  if (session_ == nullptr) return Lost("it was ended");
  ARROW_RETURN_NOT_OK(session_->Execute("SAVEPOINT before"));
  const arrow::Status status = look(*session_);
  const arrow::Status end =
      session_->Execute("ROLLBACK TO SAVEPOINT before; RELEASE SAVEPOINT before");
  return status.ok() ? end : status;
}

seconds SnapshotExporter::age() const {
  return std::chrono::duration_cast<seconds>(steady_clock::now() - begun_);
}

arrow::Status SnapshotExporter::Poll() {
  if (session_ == nullptr) return Lost("it was ended");
  if (steady_clock::now() - begun_ > max_age_) {
    return Lost("it is older than " + std::to_string(max_age_.count()) + " s",
                "the server cannot clean up behind it; read fewer tables at once, use "
                "`consistency: table`, or allow a greater age");
  }
  arrow::Status status = session_->Query("SELECT 1").status();
  if (status.ok() || IsEndOfRun(status)) return status;
  return Lost("its session ended: " + status.message(), HintOf(status));
}

arrow::Status ImportSnapshot(Session& session, const SnapshotToken& token) {
  arrow::Status status = ImportInto(session, token);
  if (status.ok() || IsEndOfRun(status)) return status;
  // The reason matters more than a failing ROLLBACK on a broken connection.
  static_cast<void>(EndTransaction(session));
  return status;
}

arrow::Status EndTransaction(Session& session) { return session.Execute("ROLLBACK"); }

}  // namespace carmilla
