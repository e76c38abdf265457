#pragma once

#include <cstdint>

#include <arrow/result.h>

#include "operations/model_set.h"
#include "operations/query.h"
#include "plan/configuration.h"

namespace carmilla {

/// Shares of the memory of a run of models: the embedded engine takes a third, and some
/// more than it counts; what is written the rest, a row group three times.
inline constexpr int64_t kEngineShare = 3;
inline constexpr int64_t kRowGroupShare = 16;

/// Opens the embedded engine over what `reach` needs, and nothing else.
arrow::Result<LakeQuery> OpenModelEngine(const Configuration& configuration,
                                         ModelReach reach, const std::stop_token& stop);

/// Asks the engine whether it can run `sql`; no row is read.
arrow::Status CheckSql(QueryEngine& engine, const std::string& sql,
                       const std::stop_token& stop);

/// The only number of the only row of `sql`.
arrow::Result<int64_t> Count(QueryEngine& engine, const std::string& sql,
                             const std::stop_token& stop);

}  // namespace carmilla
