#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "engine/lake_store.h"
#include "engine/model_columns.h"
#include "engine/run_report.h"
#include "lake/lake.h"
#include "stream/query_engine.h"

namespace carmilla {

/// The version of a table that was read.
struct TableVersion {
  std::string table;
  std::string run_id;
  std::string snapshot_time;
};

/// A model that becomes a table of the lake.
struct ModelTable {
  std::string name;
  std::string file;    ///< Of its SQL: `models/revenue.sql`.
  std::string sql;     ///< As the file has it.
  std::string engine;  ///< Who runs it: `embedded` or `athena`.
  std::string description;
  ColumnDescriptions columns;
  std::vector<TableVersion> inputs;
};

/// How the rows of a model are cut.
struct ModelFileOptions {
  int64_t row_group_bytes = 16LL << 20;  ///< A writer takes three times as much.
  /// Stored size from which the next file begins. Of a lake whose tables a crawler finds,
  /// each table is one file.
  int64_t file_bytes = 128LL << 20;
};

/// Publishes one version of a model's table, by the same steps as a run: files that
/// nobody sees, proof, manifest, pointer, catalog. A crash leaves the old version or the
/// new one.
class ModelPublication {
 public:
  /// kConfiguration if the lake has a table `name` that is not this model's.
  static arrow::Status CheckName(const OpenedLake& lake, const std::string& name);

  /// Remembers the version to replace, so that a publication that began later is never
  /// undone; call it before anything is read. kConfiguration if the table is not this
  /// model's.
  static arrow::Result<ModelPublication> Begin(const OpenedLake& lake,
                                               const std::string& name,
                                               std::string run_id);

  /// Writes all rows of `rows` and publishes them. kUnsupportedType and kConfiguration
  /// for columns that no table of the lake can have; kConflict if another version was
  /// published meanwhile.
  arrow::Result<TableOutcome> Publish(const ModelTable& model, QueryResult& rows,
                                      const ModelFileOptions& options,
                                      const std::stop_token& stop);

 private:
  static arrow::Status CheckOwner(const std::optional<CurrentTable>& current,
                                  const std::string& name);
  ModelPublication(const OpenedLake& lake, const std::string& name)
      : lake_(lake.store, lake.catalog), has_catalog_(lake.catalog != nullptr) {
    // A crawler takes every file that it sees for rows of the table.
    if (has_catalog_ && !lake.catalog->SettledBy({name}).empty()) {
      layout_ = Layout::kStable;
    }
  }

  /// The rows of a model as they are written.
  struct Rows {
    QueryResult& answer;
    std::shared_ptr<arrow::Schema> schema;
    std::shared_ptr<arrow::RecordBatch> next;  ///< Null behind the last.

    arrow::Status Advance(const std::stop_token& stop);
  };

  arrow::Result<std::vector<DataFile>> Write(const std::string& name, Rows rows,
                                             const ModelFileOptions& options,
                                             const std::stop_token& stop);
  arrow::Result<DataFile> WriteFile(const std::string& name, int index, Rows& rows,
                                    const ModelFileOptions& options,
                                    const std::stop_token& stop);

  Lake lake_;
  bool has_catalog_;
  Layout layout_ = Layout::kVersioned;
  std::string run_id_;
  std::optional<CurrentTable> expected_;
};

}  // namespace carmilla
