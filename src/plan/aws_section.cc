#include "plan/aws_section.h"

#include <algorithm>

#include "core/error.h"
#include "plan/yaml_text.h"

namespace carmilla {
namespace {

constexpr size_t kMostTags = 10;
constexpr size_t kLongestTagKey = 128;
constexpr size_t kLongestTagValue = 256;
constexpr size_t kAccountDigits = 12;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void ReadTags(const ConfigurationSection& s3, S3StorageConfiguration* out) {
  const YamlNode* map = s3.Section("tags");
  if (map == nullptr) return;
  if (map->members.size() > kMostTags) {
    s3.Report(map->position, "tags are " + std::to_string(map->members.size()) +
                                 ", and an object takes ten");
  }
  for (const YamlMember& member : map->members) {
    std::string value;
    if (!s3.ReadTextOf(*member.value, "tags", "tag " + QuoteForMessage(member.key),
                       &value)) {
      continue;
    }
    const bool is_reserved = member.key.starts_with("aws:");
    if (member.key.empty() || member.key.size() > kLongestTagKey || is_reserved) {
      s3.Report(member.position, "no tag can be called " + QuoteForMessage(member.key),
                "its name has 1 to 128 characters and does not begin with aws:");
    } else if (value.size() > kLongestTagValue) {
      s3.Report(member.value->position, "the value of tag " +
                                            QuoteForMessage(member.key) +
                                            " is longer than 256 bytes");
    } else {
      out->tags.emplace_back(member.key, std::move(value));
    }
  }
}

void ReadStorage(const ConfigurationSection& s3, S3StorageConfiguration* out) {
  s3.ReadChoice("encryption", &out->encryption);
  s3.ReadText("kms_key", &out->kms_key);
  if (s3.Has("kms_key") && out->encryption != S3Encryption::kKms) {
    s3.Report(s3.PlaceOf("kms_key"), "kms_key needs encryption: sse-kms",
              "add \"encryption: sse-kms\"");
  }
  out->acl = s3.Choice("acl");
  out->storage_class = s3.Choice("storage_class");
  ReadTags(s3, out);
  s3.ReadChoice("requester_pays", &out->is_requester_paying);
  s3.ReadText("expected_bucket_owner", &out->expected_bucket_owner);
  const std::string& owner = out->expected_bucket_owner;
  if (!owner.empty() &&
      (owner.size() != kAccountDigits || !std::ranges::all_of(owner, IsDigit))) {
    s3.Report(s3.PlaceOf("expected_bucket_owner"),
              "expected_bucket_owner must be an account of twelve digits",
              "write it in quotes, such as \"123456789012\"");
  }
  s3.ReadNumber("part_size", &out->part_bytes);
}

void ReadAssumedRole(const ConfigurationSection& role, AssumedRoleConfiguration* out) {
  role.ReadText("arn", &out->arn);
  if (!out->arn.empty() &&
      (!out->arn.starts_with("arn:") || out->arn.find(":role/") == std::string::npos)) {
    role.Report(role.PlaceOf("arn"), "arn must be that of a role",
                "write it like arn:aws:iam::123456789012:role/NAME");
  }
  role.ReadText("external_id", &out->external_id);
  role.ReadText("session_name", &out->session_name);
}

CrawlerConfiguration ReadCrawler(const ConfigurationSection& crawler) {
  CrawlerConfiguration read{.position = crawler.position()};
  crawler.ReadText("name", &read.name);
  crawler.ReadText("role", &read.role);
  if (crawler.Has("time_limit")) {
    int64_t seconds = 0;
    crawler.ReadNumber("time_limit", &seconds);
    read.time_limit = std::chrono::seconds(seconds);
  }
  return read;
}

void ReadGlue(const ConfigurationSection& catalog, LakeLocation* location) {
  const YamlNode* map = catalog.Section("glue");
  if (map == nullptr) return;
  const ConfigurationSection glue(*map, KeyScope::kGlue, catalog.context());
  GlueConfiguration& configuration = location->glue.emplace();
  glue.ReadName("database", &configuration.database);
  glue.ReadChoice("adopt", &configuration.is_adopting);
  if (const YamlNode* crawler = glue.Section("crawler")) {
    configuration.crawler = ReadCrawler({*crawler, KeyScope::kCrawler, glue.context()});
  }
}

void CheckIsInBucket(const ConfigurationSection& lake, std::string_view key,
                     const LakeLocation& location) {
  if (location.path.empty() || IsS3Url(location.path)) return;
  lake.Report(lake.PlaceOf(key),
              std::string(key) + " is for a lake in a bucket; this one is a directory",
              "remove it, or write path: s3://BUCKET/PREFIX");
}

}  // namespace

void ReadLake(const ConfigurationSection& lake, LakeLocation* location) {
  lake.ReadLakePath("path", &location->path);
  if (const YamlNode* s3 = lake.Section("s3")) {
    ReadStorage({*s3, KeyScope::kS3, lake.context()}, &location->s3);
    CheckIsInBucket(lake, "s3", *location);
  }
  if (const YamlNode* catalog = lake.Section("catalog")) {
    ReadGlue({*catalog, KeyScope::kCatalog, lake.context()}, location);
    CheckIsInBucket(lake, "catalog", *location);
  }
}

std::optional<TableCatalog> ReadTableCatalog(const ConfigurationSection& entry) {
  const YamlNode* map = entry.Section("catalog");
  if (map == nullptr) return std::nullopt;
  const ConfigurationSection catalog(*map, KeyScope::kTableCatalog, entry.context());
  const YamlNode* of_glue = catalog.Section("glue");
  if (of_glue == nullptr) return std::nullopt;
  const ConfigurationSection glue(*of_glue, KeyScope::kTableGlue, entry.context());
  TableCatalog read{.position = entry.PlaceOf("catalog")};
  glue.ReadName("database", &read.database);
  if (glue.Has("adopt")) glue.ReadChoice("adopt", &read.is_adopting.emplace());
  if (const YamlNode* crawler = glue.Section("crawler")) {
    read.crawler = ReadCrawler({*crawler, KeyScope::kCrawler, entry.context()});
  }
  return read;
}

void ReadAthena(const ConfigurationSection& athena, AthenaConfiguration* out) {
  athena.ReadText("workgroup", &out->workgroup);
  athena.ReadLakePath("output", &out->output);
  if (!out->output.empty() && !IsS3Url(out->output)) {
    athena.Report(athena.PlaceOf("output"), "output must be in a bucket",
                  "write s3://BUCKET/PREFIX");
  }
  int64_t seconds = out->time_limit.count();
  athena.ReadNumber("time_limit", &seconds);
  out->time_limit = std::chrono::seconds(seconds);
}

void ReadAws(const ConfigurationSection& aws, AwsConfiguration* out) {
  aws.ReadText("region", &out->region);
  aws.ReadText("profile", &out->profile);
  aws.ReadEndpoint("endpoint", &out->endpoint);
  aws.ReadChoice("addressing", &out->addressing);
  aws.ReadCertificateFile("ca_file", /*is_checked=*/true, &out->ca_file);
  aws.ReadProxy("proxy", &out->proxy);
  if (const YamlNode* role = aws.Section("assume_role")) {
    ReadAssumedRole({*role, KeyScope::kAssumeRole, aws.context()}, &out->assume_role);
  }
}

}  // namespace carmilla
