#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "codegen/model_header.h"
#include "engine/table_plan.h"
#include "plan/configuration.h"
#include "postgres/session.h"

namespace carmilla {

/// What `carmilla generate` is asked for.
struct GenerateOptions {
  /// `orders`, `sales.orders`, `sales.*`. Empty, without `takes_all` and `query_file`:
  /// the headers that are in `folder` already, each as it was asked for.
  std::vector<std::string> tables;
  bool takes_all = false;  ///< What the configuration names, with its `columns:`.
  std::string query_file;  ///< A SELECT instead of tables, or "".
  std::string columns;     ///< `id,amount` of the one table, or "" for all.
  /// Of tables that are named, only the `columns:` that the configuration gives them.
  bool takes_configured_columns = false;
  std::string name;  ///< Of the one struct, or "".
  std::string folder = "models";
  bool makes_task = false;  ///< A task for each header in `tasks/`, unless it is there.
  bool is_check = false;    ///< Nothing is written.
};

/// Headers as they shall be.
struct ModelDraft {
  struct Model {
    RelationName relation;    ///< Without names for a query.
    int64_t table_bytes = 0;  ///< As the catalog has it; 0 for views and queries.
    ModelHeader header;
  };
  std::vector<Model> models;          ///< In the order of the tables.
  std::vector<RefusedTable> refused;  ///< No struct can have them.
  /// Names, in lower case, that no task's table may have: those of all relations of the
  /// database, without schema, of tables in the configuration and of models.
  std::set<std::string> taken_names;
};

/// What became of a file, or, with `is_check`, what would have to.
enum class FileResult : uint8_t {
  kWritten,
  kUnchanged,  ///< It had the same text.
  kLeft,       ///< A task that was there, with any text.
  kMissing,
  kStale,  ///< It has another text.
};
constexpr std::string_view NameOf(FileResult result) {
  constexpr std::array<std::string_view, 5> kNames = {"written", "unchanged", "left",
                                                      "missing", "stale"};
  return kNames[static_cast<size_t>(result)];
}

/// Files, each as the database says now or found not to be.
struct GenerateReport {
  struct File {
    std::string path;
    size_t num_columns = 0;
    bool is_task = false;
    FileResult result = FileResult::kWritten;
  };
  std::vector<File> files;  ///< In the order of the tables, a task after its header.
  std::vector<RefusedTable> refused;  ///< No struct can have them; the others are there.
  arrow::Status check;  ///< kStaleHeader, with a line for each file that is not as it
                        ///< should be.
};

/// kUsage for options that contradict each other.
arrow::Status CheckGenerateOptions(const GenerateOptions& options);

/// Makes a header for each table of `options`, which CheckGenerateOptions takes, from the
/// catalog alone: no user data is read, no lock taken that holds anybody up. `session` is
/// one of OpenCatalogSession. Writes nothing.
///
/// kUnknownRelation for a table that is not there, with the nearest name; kQuery for a
/// wrong query, after which the session answers no more.
arrow::Result<ModelDraft> DraftModels(const Configuration& configuration,
                                      const GenerateOptions& options, Session& session);

/// Connects, and writes what DraftModels makes into files, whole or not at all, and none
/// before all are known.
///
/// Besides their errors, kConfiguration for a file in the way that is not generated. With
/// `is_check` nothing is written, and the report has a check.
arrow::Result<GenerateReport> GenerateModels(const Configuration& configuration,
                                             const GenerateOptions& options,
                                             std::stop_token stop);

}  // namespace carmilla
