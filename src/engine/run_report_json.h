#pragma once

#include "core/json.h"
#include "engine/run_report.h"

namespace carmilla {

/// The members that a run report and the events of a run have in common
/// (docs/formats/events.md).
Json ToJson(const arrow::Status& error);
Json ToJson(const TableOutcome& table);
Json ToJson(const RunReport& report);

}  // namespace carmilla
