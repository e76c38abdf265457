#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "engine/lake_store.h"
#include "engine/model_table.h"
#include "lake/manifest.h"
#include "operations/model_set.h"
#include "plan/lake_location.h"
#include "stream/query_engine.h"

namespace carmilla {

struct LakeQueryOptions {
  LakeLocation lake;
  std::string
      sql;  ///< What will be asked: damage of tables that it does not name is no matter.
  int64_t memory_bytes = 1LL << 30;  ///< Of the engine; beyond it, it spills to disk.
  ModelReach models;                 ///< What it shall know of models.
  bool is_whole_lake = true;         ///< Else it knows the tables of `models` only.
  bool has_narrow_decimals = false;  ///< As DuckOptions.
  std::stop_token stop;              ///< Ends the opening, not the engine.
};

/// The embedded engine and what it reads.
struct LakeQuery {
  std::unique_ptr<QueryEngine> engine;
  std::vector<TableVersion> versions;  ///< Of all tables that it knows, by name.
};

/// Opens the embedded engine over the tables that the lake's pointers name at this
/// moment; a run that publishes meanwhile does not change the answers. kNotFound if there
/// is no lake, or nothing in it, unless it is asked for no more than some models.
arrow::Result<LakeQuery> OpenLakeQuery(const LakeQueryOptions& options);

/// Opens the embedded engine over one version of one table.
arrow::Result<std::unique_ptr<QueryEngine>> OpenVersionQuery(const OpenedLake& lake,
                                                             const Manifest& manifest);

/// Opens the embedded engine over files of an opened lake, published or not.
arrow::Result<std::unique_ptr<QueryEngine>> OpenFilesQuery(
    const OpenedLake& lake, const std::vector<QueryTable>& tables, int64_t memory_bytes);

/// Names of the published tables and of the models, sorted. kNotFound if there is no
/// lake, or no table in it.
arrow::Result<std::vector<std::string>> ListQueryTables(
    const LakeLocation& lake, const ModelsConfiguration& models);

/// Writes all rows of `result` to one Parquet file, which appears complete and proven or
/// not at all: until then an older file of that name stays. Returns the number of rows.
arrow::Result<int64_t> WriteParquetFile(QueryResult& result, const std::string& path,
                                        const std::stop_token& stop);

}  // namespace carmilla
