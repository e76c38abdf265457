#include "operations/doctor.h"

#include <chrono>

#include "operations/doctor_check_table.h"

namespace carmilla {
namespace {

constexpr int32_t kFirstVersionWithBlockRanges = 140000;
constexpr int32_t kFirstVersionWithConnectionCheck = 140000;

std::string DescribeServer(const DoctorFacts& facts) {
  if (facts.source.empty()) return "";
  return facts.source + ", PostgreSQL " + facts.identity.version + ", " +
         (facts.identity.is_in_recovery ? "replica" : "primary");
}

Capability TransportCapability(const DoctorFacts& facts) {
  const std::string name = "protected on the way";
  switch (facts.identity.transport) {
    case Transport::kVerified:
      return {name, true, facts.server.tls_version + ", and the server proved its name"};
    case Transport::kLocal:
      return {name, true, "it stays on this machine"};
    case Transport::kUnverified:
      return {name, false, "encrypted, but who answers is not known"};
    case Transport::kPlain:
      return {name, false, "everybody on the way can read it"};
  }
  return {};
}

std::vector<Capability> CapabilitiesOf(const DoctorFacts& facts) {
  if (facts.source.empty()) return {};
  const int32_t version = facts.identity.version_number;
  const bool has_identity = !facts.identity.system_identifier.empty();
  const bool sees_all = facts.activity.sees_all_sessions;
  const bool has_ranges = version >= kFirstVersionWithBlockRanges;
  const bool checks_connection = version >= kFirstVersionWithConnectionCheck;
  return {
      TransportCapability(facts),
      {"one snapshot for all tables", true, "exported and imported"},
      {"block ranges", has_ranges,
       has_ranges ? "`full` reads one table by several workers"
                  : "a table is read by one worker (14 has them)"},
      {"ends orphan queries", checks_connection,
       checks_connection ? "a second after a client dies"
                         : "a dead client's query goes on (14 ends it)"},
      {"knows its identity", has_identity,
       has_identity ? "another server of this name is noticed"
                    : "another server of this name is missed"},
      {"shows all sessions", sees_all,
       sees_all ? "long transactions of others are found"
                : "long transactions of others stay hidden"},
  };
}

std::vector<Capability> AwsStepsOf(const AwsCheck& check) {
  std::vector<Capability> steps;
  steps.reserve(check.steps.size());
  for (const AwsStepResult& result : check.steps) {
    steps.push_back({.name = std::string(NameOf(result.step)),
                     .is_present = result.status.ok(),
                     .meaning = result.status.ok() ? result.seen : "see below"});
  }
  return steps;
}

CheckResult Apply(const DoctorCheck& check, const DoctorFacts& facts) {
  CheckResult result{.id = check.id,
                     .group = check.group,
                     .severity = check.severity,
                     .kind = check.kind,
                     .cure = check.cure,
                     .is_skipped = !facts.Knows(check.needs)};
  if (!result.is_skipped) result.findings = check.find(facts);
  return result;
}

}  // namespace

DoctorReport Judge(const DoctorFacts& facts) {
  DoctorReport report{.server = DescribeServer(facts),
                      .capabilities = CapabilitiesOf(facts)};
  if (facts.aws.has_value()) {
    report.aws_place = facts.aws->place;
    report.aws_steps = AwsStepsOf(*facts.aws);
  }
  for (const DoctorCheck& check : DoctorChecks()) {
    if (check.group == CheckGroup::kAws && !facts.asks_aws) continue;
    report.checks.push_back(Apply(check, facts));
  }
  return report;
}

arrow::Result<DoctorReport> Diagnose(const DoctorRequest& request,
                                     const std::stop_token& stop) {
  const auto begin = std::chrono::steady_clock::now();
  ARROW_ASSIGN_OR_RAISE(const DoctorFacts facts, ReadDoctorFacts(request, stop));
  DoctorReport report = Judge(facts);
  report.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  return report;
}

}  // namespace carmilla
