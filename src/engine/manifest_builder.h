#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "engine/extraction.h"
#include "engine/table_plan.h"
#include "lake/manifest.h"
#include "postgres/snapshot.h"

namespace carmilla {

/// Describes one extracted table as the version that will be published.
Manifest BuildManifest(const RunPlan& run, const TablePlan& table,
                       const TableExtraction& extraction, const SnapshotToken& snapshot,
                       const std::string& run_id, const std::string& previous_run_id);

/// True if `published` came into the lake since `begun_at` (as Manifest::created_at) and
/// holds rows of a later moment than `snapshot` of the same server does: who publishes
/// over it takes the table back.
bool IsNewer(const Manifest& published, const SnapshotToken& snapshot,
             const ServerIdentity& server, std::string_view begun_at);

/// `time` as Manifest::created_at holds it.
std::string ManifestTime(std::chrono::system_clock::time_point time);

/// `carmilla <version>`.
std::string WriterName();

}  // namespace carmilla
