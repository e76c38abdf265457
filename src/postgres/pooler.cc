#include "postgres/pooler.h"

#include "core/error.h"
#include "postgres/catalog_value.h"

namespace carmilla {
namespace {

arrow::Result<int32_t> CurrentBackend(Session& session) {
  ARROW_ASSIGN_OR_RAISE(const QueryRows rows, session.Query("SELECT pg_backend_pid()"));
  return static_cast<int32_t>(ParseInteger(rows.At(0, 0)));
}

}  // namespace

arrow::Status RefuseTransactionPooler(Session& session,
                                      const ConnectionSettings& settings,
                                      std::stop_token stop) {
  if (!session.is_pooled()) return arrow::Status::OK();
  // An open transaction occupies one backend. In session mode it cannot be the one that
  // serves `session`; in transaction mode it takes it away, now or by the next question.
  ARROW_ASSIGN_OR_RAISE(const auto occupier, Session::Connect(settings, std::move(stop)));
  ARROW_RETURN_NOT_OK(occupier->Execute("BEGIN"));
  ARROW_ASSIGN_OR_RAISE(const int32_t occupied, CurrentBackend(*occupier));
  bool changes = occupied == session.backend_pid();
  if (!changes) {
    ARROW_ASSIGN_OR_RAISE(const int32_t backend, CurrentBackend(session));
    changes = backend != session.backend_pid();
  }
  if (!changes) return session.ProvePins();
  return MakeError(
      ErrorKind::kUnsupported,
      "connecting to " + session.description() +
          ": a connection pooler in transaction mode answers",
      "its transactions share backends, so a snapshot cannot be held; connect to the "
      "server itself or to a pool in session mode");
}

}  // namespace carmilla
