#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace carmilla {

enum class Severity : uint8_t {
  kNote,     ///< Good to know; nothing has to be done.
  kWarning,  ///< A run goes through, but something is unsafe, slow or about to break.
  kProblem,  ///< A run fails, or its result is not what one expects.
};

/// What a check is about, in the order of the report.
enum class CheckGroup : uint8_t {
  kConfiguration,
  kConnection,
  kRole,
  kServer,
  kTables,
  kLake,
  kMachine,
  kAws,  ///< Only where it was asked for.
};

std::string_view NameOf(Severity severity);
std::string_view NameOf(CheckGroup group);

/// One thing that a check found.
struct Finding {
  std::string what;                ///< A sentence; no credential, no cell value.
  std::vector<std::string> where;  ///< Tables, columns, settings or files; may be empty.
  std::vector<std::string> cure;   ///< Lines, SQL ready to paste; empty: the check's own.
  std::optional<ErrorKind> kind;   ///< If other than the check's.
};

/// How one check ended.
struct CheckResult {
  std::string_view id;
  CheckGroup group = CheckGroup::kConnection;
  Severity severity = Severity::kNote;
  ErrorKind kind = ErrorKind::kBug;  ///< Of a problem.
  std::string_view cure;
  bool is_skipped = false;  ///< What it looks at could not be read.
  std::vector<Finding> findings;
};

/// One thing that a server can or cannot do for us.
struct Capability {
  std::string name;
  bool is_present = false;
  std::string meaning;  ///< What follows.
};

/// Everything that the doctor found.
struct DoctorReport {
  std::string server;  ///< `user@host:port/database, PostgreSQL 15.20, primary`, or "".
  std::vector<Capability> capabilities;
  std::string aws_place;              ///< Bucket, region...; "" if AWS was not asked.
  std::vector<Capability> aws_steps;  ///< What AWS did for us.
  std::vector<CheckResult> checks;    ///< All of them, in the order of the table.
  std::chrono::milliseconds duration{0};

  int64_t Count(Severity severity) const;
  int64_t NumSkipped() const;
  /// 0 without problems, else that of the first one's kind.
  int ExitCode() const;
};

}  // namespace carmilla
