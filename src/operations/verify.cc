#include "operations/verify.h"

#include <algorithm>
#include <limits>
#include <optional>

#include <arrow/type.h>

#include "columnar/file_proof.h"
#include "core/error.h"
#include "engine/lake_store.h"
#include "lake/lake.h"
#include "operations/published_tables.h"

namespace carmilla {
namespace {

arrow::Result<Manifest> ChooseVersion(const Lake& lake, const std::string& table,
                                      const std::string& run_id) {
  if (run_id.empty()) {
    ARROW_ASSIGN_OR_RAISE(auto current, lake.ReadCurrent(table));
    if (current) return std::move(current->manifest);
    return MakeError(ErrorKind::kNotFound, "verifying: not published: " + table);
  }
  ARROW_ASSIGN_OR_RAISE(auto versions,
                        lake.History(table, std::numeric_limits<int>::max()));
  const auto found = std::ranges::find(versions, run_id, &Manifest::run_id);
  if (found != versions.end()) return std::move(*found);
  return MakeError(ErrorKind::kUnknownRelation,
                   "verifying " + table + ": no version of this run: " + run_id,
                   "`carmilla status` lists the runs");
}

arrow::Status VerifyFile(const Lake& lake, const Manifest& manifest, const DataFile& file,
                         const arrow::Schema& schema, const std::stop_token& stop) {
  const std::string key = Lake::KeyOf(manifest.table, file.key);
  auto stored = lake.store().OpenRead(key);
  if (stored.ok()) return ProveValues(*std::move(stored), key, file, schema, stop);
  if (KindOf(stored.status()) != ErrorKind::kNotFound) return stored.status();
  return MakeError(ErrorKind::kCorruptData, "proving " + key + ": the file is missing",
                   "restore it from a backup, or run the table again");
}

arrow::Status VerifyFiles(const Lake& lake, const Manifest& manifest,
                          const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(const auto schema, SchemaOf(manifest));
  for (const DataFile& file : manifest.files) {
    ARROW_RETURN_NOT_OK(VerifyFile(lake, manifest, file, *schema, stop));
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::vector<VerifyOutcome>> VerifyTables(
    const VerifyOptions& options,
    const std::function<void(const VerifyOutcome&)>& on_table,
    const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(auto store, OpenLakeStore(options.lake, stop));
  const Lake lake(std::move(store));
  ARROW_ASSIGN_OR_RAISE(
      const std::vector<std::string> tables,
      ChooseTables(lake, options.lake.path, options.tables, "verifying"));
  std::vector<VerifyOutcome> outcomes;
  for (const std::string& table : tables) {
    VerifyOutcome outcome{.table = table};
    auto manifest = ChooseVersion(lake, table, options.run_id);
    outcome.status = manifest.status();
    if (manifest.ok()) {
      outcome.run_id = manifest->run_id;
      outcome.files = static_cast<int64_t>(manifest->files.size());
      outcome.rows = manifest->TotalRows();
      outcome.status = VerifyFiles(lake, *manifest, stop);
    }
    if (stop.stop_requested()) {
      return MakeError(ErrorKind::kInterrupted, "verifying " + table + ": stopped");
    }
    on_table(outcome);
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

}  // namespace carmilla
