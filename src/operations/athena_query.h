#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include <arrow/result.h>

#include "aws/athena_engine.h"
#include "aws/athena_unload.h"
#include "aws/athena_views.h"
#include "plan/lake_location.h"
#include "stream/query_engine.h"

namespace carmilla {

/// What makes views and tables of models on Athena.
struct AthenaModels {
  AthenaViews views;
  AthenaUnload unload;
  AthenaEngine::OpenObject open_object;  ///< Reads what `unload` wrote.
};

/// Opens what models need on Athena; errors as OpenAthenaQuery.
arrow::Result<std::unique_ptr<AthenaModels>> OpenAthenaModels(
    const LakeLocation& lake, const std::stop_token& stop);

/// Opens Athena over the tables that the catalog of `lake` shows; `stop` ends every
/// request at once. kConfiguration if the lake has no catalog.
arrow::Result<std::unique_ptr<QueryEngine>> OpenAthenaQuery(const LakeLocation& lake,
                                                            const std::stop_token& stop);

/// Has Athena write the rows of one SELECT as files beside its answers, where they stay,
/// and opens them in the types of the lake. kQuery for several statements; other errors
/// as OpenAthenaQuery, AthenaUnload, CheckUnloadable and OpenUnloadedRows.
arrow::Result<std::unique_ptr<QueryResult>> OpenAthenaRows(const LakeLocation& lake,
                                                           const std::string& select,
                                                           const std::stop_token& stop);

}  // namespace carmilla
