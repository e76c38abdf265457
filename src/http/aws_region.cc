#include "http/aws_region.h"

#include <pugixml.hpp>

#include <utility>

#include "core/error.h"
#include "http/aws_client.h"
#include "http/aws_endpoint.h"
#include "http/aws_profile.h"

namespace carmilla {
namespace {

constexpr char kFirstRegion[] = "us-east-1";
constexpr char kAwsEndpoint[] = "https://s3.us-east-1.amazonaws.com";
constexpr int kHttpNotFound = 404;

/// The region that an answer names: of the bucket, or the one that is expected in
/// signatures.
std::string RegionIn(const std::string& body) {
  pugi::xml_document document;
  document.load_buffer(body.data(), body.size());
  const pugi::xml_node found = document.find_node([](const pugi::xml_node& node) {
    const std::string_view name = node.name();
    return name == "Region" || name == "LocationConstraint";
  });
  return found.child_value();
}

}  // namespace

arrow::Result<std::string> EnvironmentRegion(const std::string& profile) {
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    std::string region = EnvironmentValue(name);
    if (!region.empty()) return region;
  }
  ARROW_ASSIGN_OR_RAISE(const AwsProfiles profiles, AwsProfiles::Read());
  const AwsProfile* found =
      profiles.Find(profile.empty() ? DefaultProfileName() : profile);
  return found == nullptr ? "" : ValueOf(*found, "region");
}

arrow::Result<std::string> FindBucketRegion(
    std::string_view bucket, const std::string& endpoint,
    std::shared_ptr<HttpTransport> transport,
    std::shared_ptr<AwsCredentialsProvider> credentials) {
  AwsClient client(std::move(transport), std::move(credentials),
                   {.service = "s3",
                    .region = kFirstRegion,
                    .endpoint = endpoint.empty() ? kAwsEndpoint : endpoint});
  const AwsAnswer answer = client.Call({.action = "s3:HeadBucket",
                                        .resource = "s3://" + std::string(bucket),
                                        .method = "HEAD",
                                        .path = "/" + std::string(bucket)});
  // Whoever may not look, and whoever asks in the wrong region, is told it all the same.
  if (const auto region = answer.response.Header("x-amz-bucket-region")) {
    return std::string(*region);
  }
  if (answer.status.ok()) return kFirstRegion;
  // An answer to HEAD has no body, where other servers than AWS's say it.
  const AwsAnswer location = client.Call({.action = "s3:GetBucketLocation",
                                          .resource = "s3://" + std::string(bucket),
                                          .method = "GET",
                                          .path = "/" + std::string(bucket),
                                          .query = {{"location", ""}}});
  const std::string region = RegionIn(location.response.body);
  if (!region.empty()) return region;
  if (answer.response.status == kHttpNotFound) {
    return MakeError(
        ErrorKind::kConfiguration,
        "opening the lake: there is no such bucket: s3://" + std::string(bucket),
        "check the name; carmilla makes no buckets");
  }
  return answer.status;
}

}  // namespace carmilla
