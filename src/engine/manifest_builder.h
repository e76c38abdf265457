#pragma once

#include <string>

#include "engine/extraction.h"
#include "engine/table_plan.h"
#include "lake/manifest.h"
#include "postgres/snapshot.h"

namespace carmilla {

/// Describes one extracted table as the version that will be published.
Manifest BuildManifest(const RunPlan& run, const TablePlan& table,
                       const TableExtraction& extraction, const SnapshotToken& snapshot,
                       const std::string& run_id, const std::string& previous_run_id);

/// `carmilla <version>`.
std::string WriterName();

}  // namespace carmilla
