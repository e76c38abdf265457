#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "core/secret.h"
#include "plan/source_position.h"
#include "types/storage_choice.h"

namespace carmilla {

/// `lake.s3:`, how objects are stored. Empty texts leave it to the bucket.
struct S3StorageConfiguration {
  S3Encryption encryption = S3Encryption::kBucketDefault;
  std::string kms_key;
  std::string acl;
  std::string storage_class;
  std::vector<std::pair<std::string, std::string>> tags;
  bool is_requester_paying = false;
  std::string expected_bucket_owner;
  int64_t part_bytes = 16LL << 20;
};

/// A role that AWS STS is asked for; `arn` empty: none.
struct AssumedRoleConfiguration {
  std::string arn;
  std::string external_id;
  std::string session_name = "carmilla";
};

/// `aws:`. Empty texts leave it to the environment, the profile and AWS.
struct AwsConfiguration {
  std::string region;
  std::string profile;
  std::string endpoint;  ///< `https://host[:port]`.
  S3Addressing addressing = S3Addressing::kAutomatic;
  std::string ca_file;  ///< Authorities to trust (PEM).
  Secret proxy;         ///< May hold a password.
  AssumedRoleConfiguration assume_role;
};

/// `lake.catalog.glue.crawler:`, which finds the tables instead of being told of them.
struct CrawlerConfiguration {
  std::string name;
  std::string role;                                ///< To make it with; "": it exists.
  std::optional<std::chrono::seconds> time_limit;  ///< Of a crawl; nothing: 30 minutes.
  SourcePosition position;
};

/// Where in the Glue Data Catalog tables are, and who registers them.
struct GlueTarget {
  std::string database;
  bool is_adopting = false;  ///< Takes over tables that somebody else made.
  std::optional<CrawlerConfiguration> crawler;
};

/// `lake.catalog.glue:`, for all tables of the lake but those that say otherwise.
struct GlueConfiguration : GlueTarget {
  std::map<std::string, GlueTarget> tables;  ///< By their one name.
};

/// `athena:`.
struct AthenaConfiguration {
  std::string workgroup = "primary";
  std::string output;  ///< `s3://...`; "": as the workgroup says.
  std::chrono::seconds time_limit{600};
};

/// Where a lake is, and all that is needed to open it.
struct LakeLocation {
  std::string path;  ///< A directory, or `s3://bucket/prefix` without a slash at its end.
  S3StorageConfiguration s3;
  std::optional<GlueConfiguration> glue;
  AwsConfiguration aws;
  AthenaConfiguration athena;
};

/// A bucket and what all keys in it begin with.
struct S3Location {
  std::string bucket;
  std::string prefix;  ///< "" or components with slashes between them.

  std::string ToString() const;
};

/// True for text that begins with `s3:` or one of its look-alikes (`s3a://`), in any
/// case.
bool IsS3Url(std::string_view text);

/// Parses `s3://bucket/prefix`; a slash at the end is left out. kConfiguration for what
/// no bucket can be called, for empty, dotted and hidden components, and for what stands
/// in URLs of other programs (queries, passwords, s3a://).
arrow::Result<S3Location> ParseS3Url(std::string_view text);

/// Parses what --lake and --to take: a directory or `s3://bucket/prefix`. kUsage for a
/// URL that is none.
arrow::Result<LakeLocation> ParseLakePath(const std::string& text);

/// Parses the URL of a server: `https://host[:port]`, or `http://` to this machine
/// itself, without path, query and credentials. kConfiguration, without showing the text.
arrow::Result<std::string> ParseEndpoint(std::string_view text);

}  // namespace carmilla
