#include "operations/athena_query.h"

#include <chrono>
#include <utility>

#include "aws/athena_engine.h"
#include "core/error.h"
#include "core/run_id.h"
#include "core/sql_statement.h"
#include "engine/lake_store.h"
#include "operations/bucket_object.h"
#include "operations/own_databases.h"
#include "operations/unloaded_rows.h"

namespace carmilla {
namespace {

/// Athena writes its answers where the workgroup says, often into another bucket.
AthenaEngine::OpenObject ObjectsLike(const OpenedLake& lake) {
  return [lake](const std::string& uri) { return OpenBucketObject(lake, uri); };
}

arrow::Result<OpenedLake> OpenWithCatalog(const LakeLocation& lake,
                                          const std::stop_token& stop) {
  if (lake.glue.has_value()) return OpenLake(lake, stop);
  return MakeError(ErrorKind::kConfiguration,
                   "opening Athena: the lake has no catalog: " + lake.path,
                   "write `catalog: {glue: {database: raw}}` below `lake`, and run");
}

std::shared_ptr<AthenaClient> ClientFor(const OpenedLake& opened,
                                        const LakeLocation& lake) {
  return std::make_shared<AthenaClient>(
      OpenAwsClient(opened.aws, "athena"),
      AthenaOptions{.workgroup = lake.athena.workgroup,
                    .output = lake.athena.output.empty() ? "" : lake.athena.output + "/",
                    .database = lake.glue->database,
                    .time_limit = lake.athena.time_limit});
}

/// Finds tables by their one names also where they have databases of their own.
class EngineOverDatabases : public QueryEngine {
 public:
  EngineOverDatabases(std::unique_ptr<QueryEngine> engine, OwnDatabases databases)
      : engine_(std::move(engine)), databases_(std::move(databases)) {}

  arrow::Result<std::unique_ptr<QueryResult>> Execute(std::string_view sql,
                                                      std::stop_token stop) override {
    ARROW_ASSIGN_OR_RAISE(const std::string found, InOwnDatabases(databases_, sql));
    return engine_->Execute(found, std::move(stop));
  }

 private:
  const std::unique_ptr<QueryEngine> engine_;
  const OwnDatabases databases_;
};

}  // namespace

arrow::Result<std::unique_ptr<AthenaModels>> OpenAthenaModels(
    const LakeLocation& lake, const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(const OpenedLake opened, OpenWithCatalog(lake, stop));
  const auto client = ClientFor(opened, lake);
  const auto open_object = ObjectsLike(opened);
  return std::make_unique<AthenaModels>(
      AthenaModels{.views = AthenaViews(client, OpenAwsClient(opened.aws, "glue"),
                                        lake.glue->database, lake.glue->is_adopting),
                   .unload = AthenaUnload(client, open_object),
                   .open_object = open_object});
}

arrow::Result<std::unique_ptr<QueryEngine>> OpenAthenaQuery(const LakeLocation& lake,
                                                            const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(const OpenedLake opened, OpenWithCatalog(lake, stop));
  auto engine =
      std::make_unique<AthenaEngine>(ClientFor(opened, lake), ObjectsLike(opened));
  OwnDatabases databases = DatabasesOf(*lake.glue);
  if (databases.empty()) return engine;
  return std::make_unique<EngineOverDatabases>(std::move(engine), std::move(databases));
}

arrow::Result<std::unique_ptr<QueryResult>> OpenAthenaRows(const LakeLocation& lake,
                                                           const std::string& select,
                                                           const std::stop_token& stop) {
  if (!IsOneStatement(select, SqlDialect::kTrino)) {
    return MakeError(ErrorKind::kQuery, "asking Athena: the query has several statements",
                     "write one SELECT, which may begin with WITH");
  }
  ARROW_ASSIGN_OR_RAISE(const auto athena, OpenAthenaModels(lake, stop));
  ARROW_ASSIGN_OR_RAISE(const std::string found,
                        InOwnDatabases(DatabasesOf(*lake.glue),
                                       WithoutSemicolon(select, SqlDialect::kTrino)));
  ARROW_ASSIGN_OR_RAISE(const AthenaSelect described,
                        athena->unload.Describe(found, stop));
  ARROW_RETURN_NOT_OK(CheckUnloadable(described.columns));
  const std::string folder = described.answers + "carmilla_tasks/" +
                             MakeRunId(std::chrono::system_clock::now()) + "/";
  ARROW_ASSIGN_OR_RAISE(auto files, athena->unload.Run(found, folder, stop));
  return OpenUnloadedRows(described.columns, std::move(files), athena->open_object);
}

}  // namespace carmilla
