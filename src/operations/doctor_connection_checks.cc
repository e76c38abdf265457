#include "core/quantity.h"
#include "operations/doctor_checks.h"

namespace carmilla {
namespace {

/// One clock may be this far from the other; times in the lake are compared by people.
constexpr std::chrono::seconds kMaxClockSkew{30};

/// What a run holds open: one connection for each worker and one for the snapshot.
int64_t NeededConnections(const DoctorFacts& facts) { return facts.plan.workers + 1; }

/// Free places under a limit that this very session counts against; -1 is no limit.
bool IsTooFull(const DoctorFacts& facts, int64_t limit, int64_t used) {
  return limit >= 0 && limit - (used - 1) < NeededConnections(facts);
}

std::string LimitText(const std::string& of, const DoctorFacts& facts, int64_t limit,
                      int64_t used) {
  return "connections of the " + of + ": " + FormatCount(limit) + " at a time, " +
         FormatCount(used - 1) + " taken by others; a run needs " +
         FormatCount(NeededConnections(facts));
}

/// A session was there, but a pooler cannot hold it.
bool IsRefusedPooler(const DoctorFacts& facts) {
  return facts.is_pooled && !facts.connection_status.ok() &&
         KindOf(facts.connection_status) == ErrorKind::kUnsupported;
}

}  // namespace

Findings FindConnectionError(const DoctorFacts& facts) {
  if (facts.connection_status.ok() || IsRefusedPooler(facts)) return {};
  return {FromStatus(facts.connection_status)};
}

Findings FindTransactionPooler(const DoctorFacts& facts) {
  if (!IsRefusedPooler(facts)) return {};
  return {FromStatus(facts.connection_status)};
}

Findings FindCatalogErrors(const DoctorFacts& facts) {
  Findings findings;
  for (const arrow::Status& status : facts.catalog_errors) {
    findings.push_back({.what = status.message(), .kind = KindOf(status)});
    if (!HintOf(status).empty()) findings.back().cure = {HintOf(status)};
  }
  return findings;
}

Findings FindNoEncryption(const DoctorFacts& facts) {
  if (facts.identity.transport != Transport::kPlain) return {};
  return {{.what = "the connection is not encrypted: everybody on the way can read the "
                   "rows, and change them",
           .where = {facts.source}}};
}

Findings FindUnprovenServer(const DoctorFacts& facts) {
  if (facts.identity.transport != Transport::kUnverified) return {};
  return {{.what = "the connection is encrypted, but the server has not proved who it is",
           .where = {facts.source}}};
}

Findings FindPooler(const DoctorFacts& facts) {
  if (!facts.is_pooled) return {};
  return {{.what = "a connection pooler in session mode answers: it may end long "
                   "connections and has limits of its own"}};
}

Findings FindFewFreeConnections(const DoctorFacts& facts) {
  const ServerState& server = facts.server;
  const int64_t reserved = facts.role.is_superuser ? 0 : server.reserved_connections;
  if (!IsTooFull(facts, server.max_connections - reserved, server.used_connections)) {
    return {};
  }
  return {{.what = LimitText("server", facts, server.max_connections - reserved,
                             server.used_connections),
           .where = {"max_connections"}}};
}

Findings FindDatabaseConnectionLimit(const DoctorFacts& facts) {
  const ServerState& server = facts.server;
  // The limit does not hold for superusers.
  if (facts.role.is_superuser ||
      !IsTooFull(facts, server.database_connection_limit, server.database_connections)) {
    return {};
  }
  return {{.what = LimitText("database", facts, server.database_connection_limit,
                             server.database_connections),
           .where = {facts.identity.database},
           .cure = {"ALTER DATABASE " + Quoted(facts.identity.database) +
                    " CONNECTION LIMIT -1;"}}};
}

Findings FindRoleConnectionLimit(const DoctorFacts& facts) {
  const RoleRights& role = facts.role;
  if (role.is_superuser || !IsTooFull(facts, role.connection_limit, role.connections)) {
    return {};
  }
  const int64_t wanted = role.connections - 1 + NeededConnections(facts);
  return {{.what = LimitText("role", facts, role.connection_limit, role.connections),
           .where = {role.name},
           .cure = {"ALTER ROLE " + Quoted(role.name) + " CONNECTION LIMIT " +
                    std::to_string(wanted) + ";"}}};
}

Findings FindClockSkew(const DoctorFacts& facts) {
  const auto offset = facts.server.clock_offset;
  if (offset < kMaxClockSkew && offset > -kMaxClockSkew) return {};
  const bool is_ahead = offset.count() > 0;
  return {{.what = "the server's clock is " +
                   FormatDuration(is_ahead ? offset : -offset) +
                   (is_ahead ? " ahead of" : " behind") + " this machine's"}};
}

}  // namespace carmilla
