#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/run_report.h"
#include "lake/lake.h"
#include "plan/configuration.h"
#include "postgres/catalog.h"

namespace carmilla {

/// Whether a manifest tells of rows from the database of `server`. A lake may hold tables
/// of several; an identifier that nobody may read says nothing.
bool IsFrom(const ManifestSource& source, const ServerIdentity& server);

/// What is told of a table that has vanished, whose last version is that of a run.
std::string DescribeVanished(const std::string& run_id);

/// Tables of `lake` that a pattern of `entries` once took from `server` and whose
/// relation is not among `existing` any more. Manifests are read only of tables that have
/// not the name of an existing relation. What cannot be read is left out: `verify` tells
/// of it.
std::vector<VanishedTable> FindVanishedTables(const Lake& lake,
                                              std::span<const TableConfiguration> entries,
                                              std::span<const RelationSummary> existing,
                                              const ServerIdentity& server);

}  // namespace carmilla
