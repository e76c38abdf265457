#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "operations/doctor_facts.h"
#include "operations/doctor_report.h"

namespace carmilla {

/// Judges facts; an empty answer means that all is well.
using FindFunction = std::vector<Finding> (*)(const DoctorFacts& facts);

/// One row of the only table of checks.
struct DoctorCheck {
  std::string_view id;  ///< Stable, for scripts and documentation.
  CheckGroup group;
  Severity severity;
  ErrorKind kind;            ///< Whose exit code a problem has; its findings may differ.
  FactKind needs;            ///< Without these facts the check is skipped.
  std::string_view meaning;  ///< What it finds, as docs/doctor.md tells it.
  std::string_view cure;
  FindFunction find;
};

/// Returns the whole table, group by group.
std::span<const DoctorCheck> DoctorChecks();

/// Renders docs/doctor.md from the table. A test compares the page with this.
std::string RenderDoctorPage();

}  // namespace carmilla
