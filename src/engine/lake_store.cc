#include "engine/lake_store.h"

#include <algorithm>

#include "aws/glue_catalog.h"
#include "aws/glue_crawler.h"
#include "core/error.h"
#include "engine/aws_access.h"
#include "engine/file_set_writer.h"
#include "engine/run_planner.h"
#include "http/aws_endpoint.h"
#include "http/aws_region.h"
#include "store/directory_store.h"
#include "store/s3_store.h"

namespace carmilla {
namespace {

constexpr int64_t kShareOfUploads = 5;

arrow::Result<std::string> EndpointOf(const AwsConfiguration& aws) {
  if (!aws.endpoint.empty()) return aws.endpoint;
  const std::string endpoint = EnvironmentEndpointOf("s3");
  if (endpoint.empty()) return endpoint;
  const auto parsed = ParseEndpoint(endpoint);
  if (parsed.ok()) return parsed;
  return WithContext(parsed.status(), "reading AWS_ENDPOINT_URL");
}

std::shared_ptr<Catalog> OpenCatalog(const GlueConfiguration& glue,
                                     const OpenedLake& lake,
                                     const std::stop_token& stop) {
  auto client = OpenAwsClient(lake.aws, "glue");
  if (!glue.crawler.has_value()) {
    return std::make_shared<GlueCatalog>(
        std::move(client), glue.database,
        GlueCatalogOptions{.is_adopting = glue.is_adopting, .stop = stop});
  }
  std::string root = S3UriOf(lake.s3_options, "");
  while (root.ends_with('/')) root.pop_back();
  return std::make_shared<GlueCrawlerCatalog>(
      client, glue.database,
      GlueCrawlerOptions{.name = glue.crawler->name,
                         .role = glue.crawler->role,
                         .root = std::move(root),
                         .time_limit = glue.crawler->time_limit});
}

arrow::Result<OpenedLake> OpenBucket(const LakeLocation& location,
                                     const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(S3Location url, ParseS3Url(location.path));
  ARROW_ASSIGN_OR_RAISE(AwsAccess access, OpenAwsAccess(location.aws));
  // Before anything is read that could not be written then.
  ARROW_RETURN_NOT_OK(access.credentials->Get().status());
  ARROW_ASSIGN_OR_RAISE(std::string endpoint, EndpointOf(location.aws));
  if (access.region.empty()) {
    ARROW_ASSIGN_OR_RAISE(
        access.region,
        FindBucketRegion(url.bucket, endpoint, access.transport, access.credentials));
  }
  const S3StorageConfiguration& s3 = location.s3;
  S3StoreOptions options{.bucket = std::move(url.bucket),
                         .prefix = std::move(url.prefix),
                         .region = access.region,
                         .endpoint = std::move(endpoint),
                         .addressing = location.aws.addressing,
                         .part_bytes = s3.part_bytes,
                         .encryption = s3.encryption,
                         .kms_key_id = s3.kms_key,
                         .acl = s3.acl,
                         .storage_class = s3.storage_class,
                         .tags = {s3.tags.begin(), s3.tags.end()},
                         .requester_pays = s3.is_requester_paying,
                         .expected_bucket_owner = s3.expected_bucket_owner,
                         .stop = stop};
  ARROW_ASSIGN_OR_RAISE(auto store,
                        OpenS3Store(options, access.transport, access.credentials));
  OpenedLake lake{.store = std::move(store),
                  .aws = std::move(access),
                  .s3_options = std::move(options)};
  if (location.glue.has_value()) lake.catalog = OpenCatalog(*location.glue, lake, stop);
  return lake;
}

}  // namespace

arrow::Result<OpenedLake> OpenLake(const LakeLocation& location,
                                   const std::stop_token& stop) {
  if (IsS3Url(location.path)) return OpenBucket(location, stop);
  return OpenedLake{.store = OpenDirectoryStore(location.path)};
}

arrow::Result<std::shared_ptr<ObjectStore>> OpenLakeStore(const LakeLocation& location,
                                                          const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(OpenedLake lake, OpenLake(location, stop));
  return std::move(lake.store);
}

int64_t PartBytesFor(const Configuration& configuration) {
  const bool is_partitioned = std::ranges::any_of(
      configuration.tables,
      [](const TableConfiguration& table) { return table.partition_by.has_value(); });
  const auto open_files = static_cast<int64_t>(is_partitioned ? kMaxOpenPartitions : 1);
  // One part that is filled, and those on their way.
  const int64_t parts =
      NumWorkers(configuration) * open_files * (S3StoreOptions{}.parts_in_flight + 1);
  const int64_t share = configuration.memory_bytes / kShareOfUploads;
  return std::min(configuration.lake.s3.part_bytes,
                  std::max(kSmallestS3Part, share / parts));
}

}  // namespace carmilla
