#include "core/quantity.h"
#include "operations/doctor_checks.h"

namespace carmilla {
namespace {

constexpr int32_t kVersionsPerMajor = 10'000;
/// The oldest that PostgreSQL's developers still repair.
constexpr int32_t kOldestSupported = 14;
/// The newest that Carmilla was run against.
constexpr int32_t kNewestTested = 18;
constexpr std::chrono::seconds kMaxReplayLag{60};
/// Where VACUUM gives up its manners (vacuum_failsafe_age); writes stop at 2.1 billion.
constexpr int64_t kAlarmingAge = 1'600'000'000;

int32_t MajorVersion(const DoctorFacts& facts) {
  return facts.server.version_number / kVersionsPerMajor;
}

Findings AboutTransactions(const std::string& what,
                           const std::vector<OpenTransaction>& transactions,
                           const std::string& command) {
  Finding finding{.what = what};
  for (const OpenTransaction& transaction : transactions) {
    finding.where.push_back(transaction.name + ", " + FormatDuration(transaction.age));
    if (!command.empty()) {
      finding.cure.push_back(command + " " + Literal(transaction.name) + ";");
    }
  }
  if (finding.where.empty()) return {};
  return {finding};
}

}  // namespace

Findings FindOldVersion(const DoctorFacts& facts) {
  if (MajorVersion(facts) >= kOldestSupported) return {};
  return {{.what = "PostgreSQL " + facts.identity.version +
                   " is repaired no longer, and large tables cannot be read in parallel "
                   "ranges before 14"}};
}

Findings FindUntestedVersion(const DoctorFacts& facts) {
  if (MajorVersion(facts) <= kNewestTested) return {};
  return {{.what = "this version of Carmilla was never run against PostgreSQL " +
                   std::to_string(MajorVersion(facts))}};
}

Findings FindHiddenIdentity(const DoctorFacts& facts) {
  if (!facts.identity.system_identifier.empty() && !facts.identity.timeline.empty()) {
    return {};
  }
  const std::string role = Quoted(facts.role.name);
  return {{.what = "the role may not ask which server this is: that another one answers "
                   "under the same name would go unnoticed",
           .where = {"pg_control_system()", "pg_control_checkpoint()"},
           .cure = {"GRANT EXECUTE ON FUNCTION pg_control_system() TO " + role + ";",
                    "GRANT EXECUTE ON FUNCTION pg_control_checkpoint() TO " + role + ";",
                    "-- Amazon RDS and Aurora refuse that, and a run does without"}}};
}

Findings FindHiddenSessions(const DoctorFacts& facts) {
  if (facts.activity.sees_all_sessions) return {};
  return {{.what = "the role sees its own sessions only: long transactions of others are "
                   "not found",
           .where = {facts.role.name},
           .cure = {"GRANT pg_read_all_stats TO " + Quoted(facts.role.name) + ";",
                    "-- it shows the text of everybody's queries, too"}}};
}

Findings FindUnknownEncoding(const DoctorFacts& facts) {
  if (facts.server.encoding != "SQL_ASCII") return {};
  return {{.what = "the database does not know the encoding of its text; text that is no "
                   "UTF-8 will be refused",
           .where = {facts.identity.database}}};
}

Findings FindTimeLimits(const DoctorFacts& facts) {
  Finding finding{.what =
                      "limits of time that do not hold for Carmilla: its sessions set "
                      "them to 0, since a copy takes as long as it is throttled to"};
  for (const auto& [name, value] : facts.server.time_limits) {
    finding.where.push_back(std::string(name).append(" = ").append(value));
  }
  if (finding.where.empty()) return {};
  return {finding};
}

Findings FindSnapshotLimit(const DoctorFacts& facts) {
  const auto& limit = facts.server.snapshot_limit;
  if (!limit || *limit >= facts.configuration.max_snapshot_age) return {};
  return {{.what = "the server may remove rows that a snapshot needs after " +
                   FormatDuration(*limit) + "; max_snapshot_age is " +
                   FormatDuration(facts.configuration.max_snapshot_age),
           .where = {"old_snapshot_threshold"}}};
}

Findings FindReplicaLag(const DoctorFacts& facts) {
  if (facts.server.replay_lag < kMaxReplayLag) return {};
  return {{.what = "the replica is " + FormatDuration(facts.server.replay_lag) +
                   " behind: its rows are that old"}};
}

Findings FindReplicaWithoutFeedback(const DoctorFacts& facts) {
  if (!facts.server.is_in_recovery || facts.server.has_feedback) return {};
  return {{.what = "the primary does not know what the replica still reads: it removes "
                   "rows, and the replica then cancels the run",
           .where = {"hot_standby_feedback"},
           .cure = {"ALTER SYSTEM SET hot_standby_feedback = on;",
                    "SELECT pg_reload_conf();"}}};
}

Findings FindShortStandbyDelay(const DoctorFacts& facts) {
  const ServerState& server = facts.server;
  if (!server.is_in_recovery || server.has_feedback || !server.standby_delay) return {};
  if (*server.standby_delay >= ReadingTime(facts)) return {};
  return {{.what = "the replica waits " + FormatDuration(*server.standby_delay) +
                   " for a reader that is in its way; this run needs about " +
                   FormatDuration(ReadingTime(facts)),
           .where = {"max_standby_streaming_delay"}}};
}

Findings FindOldTransactions(const DoctorFacts& facts) {
  return AboutTransactions(
      "transactions open for longer than max_snapshot_age: the server cannot clean up",
      facts.activity.transactions, "");
}

Findings FindPreparedTransactions(const DoctorFacts& facts) {
  return AboutTransactions(
      "prepared transactions that nobody has ended for longer than max_snapshot_age",
      facts.activity.prepared_transactions, "ROLLBACK PREPARED");
}

Findings FindAutovacuumOff(const DoctorFacts& facts) {
  if (facts.server.is_autovacuum_on) return {};
  return {{.what = "autovacuum is off: estimates grow stale and tables bloat",
           .where = {"autovacuum"},
           .cure = {"ALTER SYSTEM SET autovacuum = on;", "SELECT pg_reload_conf();"}}};
}

Findings FindWraparound(const DoctorFacts& facts) {
  const int64_t age = facts.server.oldest_transaction_age;
  if (age < kAlarmingAge) return {};
  return {{.what = "the database has used " + FormatCount(age) +
                   " transactions since its last full VACUUM; at 2,147,483,648 it stops. "
                   "A long snapshot makes it worse",
           .where = {facts.identity.database}}};
}

}  // namespace carmilla
