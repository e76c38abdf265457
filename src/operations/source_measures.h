#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "lake/manifest.h"
#include "operations/table_measures.h"
#include "plan/configuration.h"

namespace carmilla {

/// What the database says today.
struct SourceMeasures {
  MeasureValues values;
  std::string read_at;  ///< Server time of the snapshot, ISO 8601 UTC.
};

/// Measures the table of the database that `manifest` was read from, as configuration
/// reads it today (`columns`, `where`): one sequential scan. Columns that are made,
/// masked, or changed by a policy on their way into the lake have no values.
/// kUnknownRelation if configuration does not name the table.
arrow::Result<SourceMeasures> MeasureSource(const Configuration& configuration,
                                            const Manifest& manifest,
                                            std::span<const TableMeasure> measures,
                                            const std::stop_token& stop);

}  // namespace carmilla
