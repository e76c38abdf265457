#include "operations/model_engine.h"

#include <utility>

#include <arrow/array/array_primitive.h>
#include <arrow/record_batch.h>

#include "core/error.h"

namespace carmilla {

arrow::Result<LakeQuery> OpenModelEngine(const Configuration& configuration,
                                         ModelReach reach, const std::stop_token& stop) {
  return OpenLakeQuery({.lake = configuration.lake,
                        .memory_bytes = configuration.memory_bytes / kEngineShare,
                        .models = std::move(reach),
                        .is_whole_lake = false,
                        .has_narrow_decimals = true,
                        .stop = stop});
}

arrow::Status CheckSql(QueryEngine& engine, const std::string& sql,
                       const std::stop_token& stop) {
  return engine.Execute("EXPLAIN " + sql, stop).status();
}

arrow::Result<int64_t> Count(QueryEngine& engine, const std::string& sql,
                             const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(const auto result, engine.Execute(sql, stop));
  ARROW_ASSIGN_OR_RAISE(const auto batch, result->Next(stop));
  if (batch == nullptr || batch->num_rows() != 1 || batch->num_columns() != 1 ||
      batch->column(0)->type_id() != arrow::Type::INT64 || batch->column(0)->IsNull(0)) {
    return MakeError(ErrorKind::kBug, "counting rows: the engine gave no number");
  }
  return static_cast<const arrow::Int64Array&>(*batch->column(0)).Value(0);
}

}  // namespace carmilla
