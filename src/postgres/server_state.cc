#include "postgres/server_state.h"

#include <map>

#include "postgres/catalog_value.h"

namespace carmilla {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

constexpr int64_t kSecondsPerMinute = 60;

/// What pg_settings tells of a setting as it would be without our own SET, in its base
/// unit.
struct Setting {
  std::string value;
  std::string unit;
};
using Settings = std::map<std::string, Setting>;

arrow::Result<Settings> ReadSettings(Session& session) {
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query("SELECT name, reset_val, unit FROM pg_settings WHERE name IN ("
                    "'server_version_num', 'server_encoding', 'autovacuum', "
                    "'max_connections', 'superuser_reserved_connections', "
                    "'reserved_connections', 'old_snapshot_threshold', "
                    "'hot_standby_feedback', 'max_standby_streaming_delay', "
                    "'statement_timeout', 'idle_session_timeout', "
                    "'transaction_timeout')"));
  Settings settings;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    settings[rows.At(i, 0)] = {.value = rows.At(i, 1), .unit = rows.At(i, 2)};
  }
  return settings;
}

int64_t IntegerOf(const Settings& settings, const std::string& name, int64_t absent) {
  const auto found = settings.find(name);
  return found == settings.end() ? absent : ParseInteger(found->second.value);
}

bool IsOn(const Settings& settings, const std::string& name) {
  const auto found = settings.find(name);
  return found != settings.end() && found->second.value == "on";
}

void ApplySettings(const Settings& settings, ServerState* state) {
  state->version_number =
      static_cast<int32_t>(IntegerOf(settings, "server_version_num", 0));
  if (const auto found = settings.find("server_encoding"); found != settings.end()) {
    state->encoding = found->second.value;
  }
  state->is_autovacuum_on = IsOn(settings, "autovacuum");
  state->max_connections = IntegerOf(settings, "max_connections", 0);
  state->reserved_connections = IntegerOf(settings, "superuser_reserved_connections", 0) +
                                IntegerOf(settings, "reserved_connections", 0);
  if (const int64_t minutes = IntegerOf(settings, "old_snapshot_threshold", -1);
      minutes >= 0) {
    state->snapshot_limit = seconds(minutes * kSecondsPerMinute);
  }
  state->has_feedback = IsOn(settings, "hot_standby_feedback");
  if (const int64_t delay = IntegerOf(settings, "max_standby_streaming_delay", -1);
      delay >= 0) {
    state->standby_delay = milliseconds(delay);
  }
  for (const char* name :
       {"statement_timeout", "idle_session_timeout", "transaction_timeout"}) {
    if (IntegerOf(settings, name, 0) == 0) continue;
    const Setting& limit = settings.at(name);
    state->time_limits.emplace_back(name, limit.value + " " + limit.unit);
  }
}

arrow::Status ReadConnections(Session& session, ServerState* state) {
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query(
          "SELECT (SELECT sum(numbackends) FROM pg_stat_database), d.datconnlimit, "
          "s.numbackends, age(d.datfrozenxid) FROM pg_database d "
          "JOIN pg_stat_database s ON s.datid = d.oid "
          "WHERE d.datname = current_database()"));
  state->used_connections = ParseInteger(rows.At(0, 0));
  state->database_connection_limit = ParseInteger(rows.At(0, 1));
  state->database_connections = ParseInteger(rows.At(0, 2));
  state->oldest_transaction_age = ParseInteger(rows.At(0, 3));
  return arrow::Status::OK();
}

arrow::Status ReadEncryption(Session& session, ServerState* state) {
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"));
  if (!rows.empty()) state->tls_version = rows.At(0, 0);
  return arrow::Status::OK();
}

// The answer was made between the two looks at our clock; its middle is the best guess.
arrow::Status ReadClock(Session& session, ServerState* state) {
  const auto before = system_clock::now();
  ARROW_ASSIGN_OR_RAISE(const QueryRows rows,
                        session.Query("SELECT floor(1000 * extract(epoch FROM "
                                      "clock_timestamp()))::bigint"));
  const auto after = system_clock::now();
  const auto middle = before + (after - before) / 2;
  const auto ours = std::chrono::duration_cast<milliseconds>(middle.time_since_epoch());
  state->clock_offset = milliseconds(ParseInteger(rows.At(0, 0))) - ours;
  return arrow::Status::OK();
}

arrow::Status ReadReplay(Session& session, ServerState* state) {
  state->is_in_recovery = session.server().is_in_recovery;
  if (!state->is_in_recovery) return arrow::Status::OK();
  // Where nothing is written, the last transaction grows old without any lag.
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query(
          "SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 "
          "ELSE coalesce(extract(epoch FROM clock_timestamp() - "
          "pg_last_xact_replay_timestamp()), 0)::bigint END"));
  state->replay_lag = seconds(ParseInteger(rows.At(0, 0)));
  return arrow::Status::OK();
}

/// `rows` are names and ages in seconds.
std::vector<OpenTransaction> OlderThan(seconds limit, const QueryRows& rows) {
  std::vector<OpenTransaction> transactions;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    const seconds age(ParseInteger(rows.At(i, 1)));
    if (age > limit) transactions.push_back({.name = rows.At(i, 0), .age = age});
  }
  return transactions;
}

}  // namespace

arrow::Result<ServerState> ReadServerState(Session& session) {
  ServerState state;
  ARROW_ASSIGN_OR_RAISE(const Settings settings, ReadSettings(session));
  ApplySettings(settings, &state);
  ARROW_RETURN_NOT_OK(ReadConnections(session, &state));
  ARROW_RETURN_NOT_OK(ReadEncryption(session, &state));
  ARROW_RETURN_NOT_OK(ReadClock(session, &state));
  ARROW_RETURN_NOT_OK(ReadReplay(session, &state));
  return state;
}

arrow::Result<ServerActivity> ReadServerActivity(Session& session, seconds limit) {
  ServerActivity activity;
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows right,
      session.Query("SELECT pg_has_role('pg_read_all_stats', 'USAGE')"));
  activity.sees_all_sessions = IsTrue(right.At(0, 0));
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows open,
      session.Query("SELECT 'pid ' || pid || ' of ' || coalesce(usename, backend_type), "
                    "extract(epoch FROM clock_timestamp() - xact_start)::bigint AS age "
                    "FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                    "AND xact_start IS NOT NULL "
                    "AND backend_type IS DISTINCT FROM 'autovacuum worker' "
                    "ORDER BY xact_start"));
  activity.transactions = OlderThan(limit, open);
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows prepared,
      session.Query("SELECT gid, extract(epoch FROM clock_timestamp() - "
                    "prepared)::bigint AS age FROM pg_prepared_xacts "
                    "ORDER BY prepared"));
  activity.prepared_transactions = OlderThan(limit, prepared);
  return activity;
}

}  // namespace carmilla
