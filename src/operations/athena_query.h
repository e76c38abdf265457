#pragma once

#include <memory>
#include <stop_token>

#include <arrow/result.h>

#include "aws/athena_views.h"
#include "plan/lake_location.h"
#include "stream/query_engine.h"

namespace carmilla {

/// Opens the views that models are on Athena; errors as OpenAthenaQuery.
arrow::Result<std::unique_ptr<AthenaViews>> OpenAthenaViews(const LakeLocation& lake,
                                                            const std::stop_token& stop);

/// Opens Athena over the tables that the catalog of `lake` shows; `stop` ends every
/// request at once. kConfiguration if the lake has no catalog.
arrow::Result<std::unique_ptr<QueryEngine>> OpenAthenaQuery(const LakeLocation& lake,
                                                            const std::stop_token& stop);

}  // namespace carmilla
