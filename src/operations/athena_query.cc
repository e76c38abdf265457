#include "operations/athena_query.h"

#include <utility>

#include "aws/athena_engine.h"
#include "core/error.h"
#include "engine/lake_store.h"
#include "store/s3_store.h"

namespace carmilla {
namespace {

/// Athena writes its answers where the workgroup says, often into another bucket.
AthenaEngine::OpenObject ObjectsLike(const OpenedLake& lake) {
  return [access = lake.aws, options = lake.s3_options](const std::string& uri)
             -> arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> {
    ARROW_ASSIGN_OR_RAISE(S3Location object, ParseS3Url(uri));
    S3StoreOptions of_answers = options;
    of_answers.bucket = std::move(object.bucket);
    of_answers.prefix.clear();
    of_answers.expected_bucket_owner.clear();
    ARROW_ASSIGN_OR_RAISE(const auto store,
                          OpenS3Store(of_answers, access.transport, access.credentials));
    return store->OpenRead(object.prefix);
  };
}

}  // namespace

arrow::Result<std::unique_ptr<QueryEngine>> OpenAthenaQuery(const LakeLocation& lake,
                                                            const std::stop_token& stop) {
  if (!lake.glue.has_value()) {
    return MakeError(ErrorKind::kConfiguration,
                     "opening Athena: the lake has no catalog: " + lake.path,
                     "write `catalog: {glue: {database: raw}}` below `lake`, and run");
  }
  ARROW_ASSIGN_OR_RAISE(const OpenedLake opened, OpenLake(lake, stop));
  auto client = std::make_shared<AthenaClient>(
      OpenAwsClient(opened.aws, "athena"),
      AthenaOptions{.workgroup = lake.athena.workgroup,
                    .output = lake.athena.output.empty() ? "" : lake.athena.output + "/",
                    .database = lake.glue->database,
                    .time_limit = lake.athena.time_limit});
  return std::make_unique<AthenaEngine>(std::move(client), ObjectsLike(opened));
}

}  // namespace carmilla
