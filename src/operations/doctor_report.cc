#include "operations/doctor_report.h"

#include <algorithm>

namespace carmilla {

std::string_view NameOf(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kProblem:
      return "problem";
  }
  return "";
}

std::string_view NameOf(CheckGroup group) {
  switch (group) {
    case CheckGroup::kConfiguration:
      return "configuration";
    case CheckGroup::kConnection:
      return "connection";
    case CheckGroup::kRole:
      return "role";
    case CheckGroup::kServer:
      return "server";
    case CheckGroup::kTables:
      return "tables";
    case CheckGroup::kLake:
      return "lake";
    case CheckGroup::kMachine:
      return "machine";
    case CheckGroup::kAws:
      return "aws";
  }
  return "";
}

int64_t DoctorReport::Count(Severity severity) const {
  int64_t count = 0;
  for (const CheckResult& check : checks) {
    if (check.severity == severity) count += static_cast<int64_t>(check.findings.size());
  }
  return count;
}

int64_t DoctorReport::NumSkipped() const {
  return std::ranges::count_if(checks, &CheckResult::is_skipped);
}

int DoctorReport::ExitCode() const {
  for (const CheckResult& check : checks) {
    if (check.severity != Severity::kProblem || check.findings.empty()) continue;
    return InfoOf(check.findings.front().kind.value_or(check.kind)).exit_code;
  }
  return 0;
}

}  // namespace carmilla
