#pragma once

#include <ostream>

#include "cli/terminal.h"
#include "operations/doctor_report.h"

namespace carmilla {

/// Prints what the doctor found for people: capabilities, findings by group, one line of
/// totals. Text fits 80 columns; SQL is printed whole, ready to paste.
void PrintDoctorReport(const DoctorReport& report, const Terminal& terminal,
                       std::ostream& out);

/// Prints every check with its result as one JSON document.
void PrintDoctorJson(const DoctorReport& report, std::ostream& out);

}  // namespace carmilla
