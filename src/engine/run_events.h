#pragma once

#include <string>

#include <arrow/status.h>

#include "engine/progress.h"
#include "engine/run_report.h"
#include "engine/table_plan.h"

namespace carmilla {

/// The events of a run for machines, each one line of JSON with its line break; the
/// format stands in docs/formats/events.md.
std::string PlannedEvent(const RunPlan& plan);
std::string ProgressEvent(const RunProgressView& progress);
std::string TableEvent(const TableOutcome& outcome);
std::string RestartEvent(const arrow::Status& reason);
/// The last event of a run that ended with a report.
std::string ReportEvent(const RunReport& report);
/// The last event of a run that failed as a whole.
std::string ErrorEvent(const arrow::Status& error);

}  // namespace carmilla
