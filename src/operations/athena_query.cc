#include "operations/athena_query.h"

#include <utility>

#include "aws/athena_engine.h"
#include "core/error.h"
#include "engine/lake_store.h"
#include "operations/bucket_object.h"

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
  return std::make_unique<AthenaEngine>(ClientFor(opened, lake), ObjectsLike(opened));
}

}  // namespace carmilla
