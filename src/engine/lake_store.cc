#include "engine/lake_store.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "aws/glue_catalog.h"
#include "aws/glue_crawler.h"
#include "core/error.h"
#include "engine/aws_access.h"
#include "engine/file_set_writer.h"
#include "engine/routed_catalog.h"
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

std::shared_ptr<Catalog> OpenTarget(const GlueTarget& target,
                                    const std::shared_ptr<AwsClient>& client,
                                    const OpenedLake& lake, const std::stop_token& stop) {
  if (!target.crawler.has_value()) {
    return std::make_shared<GlueCatalog>(
        client, target.database,
        GlueCatalogOptions{.is_adopting = target.is_adopting, .stop = stop});
  }
  GlueCrawlerOptions options{.name = target.crawler->name,
                             .role = target.crawler->role,
                             .root = S3UriOf(lake.s3_options, "")};
  while (options.root.ends_with('/')) options.root.pop_back();
  options.time_limit = target.crawler->time_limit.value_or(options.time_limit);
  return std::make_shared<GlueCrawlerCatalog>(client, target.database,
                                              std::move(options));
}

std::shared_ptr<Catalog> OpenCatalog(const GlueConfiguration& glue,
                                     const OpenedLake& lake,
                                     const std::stop_token& stop) {
  const auto client = OpenAwsClient(lake.aws, "glue");
  // Tables with one crawler share it, so that it is started once for all of them.
  using Place = std::tuple<std::string, std::string, bool>;
  std::map<Place, std::shared_ptr<Catalog>> catalogs;
  const auto open = [&](const GlueTarget& target) {
    const std::string crawler = target.crawler.has_value() ? target.crawler->name : "";
    auto& catalog = catalogs[{target.database, crawler, target.is_adopting}];
    if (catalog == nullptr) catalog = OpenTarget(target, client, lake, stop);
    return catalog;
  };
  std::shared_ptr<Catalog> rest = open(glue);
  if (glue.tables.empty()) return rest;
  std::map<std::string, std::shared_ptr<Catalog>> of_tables;
  for (const auto& [table, target] : glue.tables) of_tables.emplace(table, open(target));
  return std::make_shared<RoutedCatalog>(std::move(rest), std::move(of_tables));
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
