#include "plan/lake_location.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/configuration_fixture.h"

namespace carmilla {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

/// Reads a configuration whose lake is `lake`, from column 7 of line 2 on, and whose
/// line 3 is `line`.
arrow::Result<Configuration> ParseLake(const std::string& lake,
                                       const std::string& line = "") {
  return Parse("connections: {app: {postgres: service=app}}\nlake: " + lake + "\n" +
               line + "\ntables: [public.orders]\n");
}

TEST(LakeLocationTest, TakesBucketsWithAndWithoutPrefix) {
  const std::pair<std::string, std::string> cases[] = {
      {"s3://lake", "s3://lake"},
      {"s3://lake/", "s3://lake"},
      {"s3://my.lake-1/a/b c/ü=1/", "s3://my.lake-1/a/b c/ü=1"},
  };
  for (const auto& [given, kept] : cases) {
    const auto read = ParseLake("{path: '" + given + "'}");
    ASSERT_OK(read) << given;
    EXPECT_EQ(read->lake.path, kept);
    ASSERT_OK_AND_ASSIGN(const S3Location location, ParseS3Url(given));
    EXPECT_EQ(location.ToString(), kept);
  }
  ASSERT_OK_AND_ASSIGN(const S3Location location, ParseS3Url("s3://lake/a/b/"));
  EXPECT_EQ(location.bucket, "lake");
  EXPECT_EQ(location.prefix, "a/b");
}

TEST(LakeLocationTest, RefusesWhatIsNoBucketWithItsPlace) {
  const std::pair<std::string, std::string> cases[] = {
      {"s3://", "path: the URL names no bucket\nhint: write s3://BUCKET/PREFIX"},
      {"s3:lake/a",
       "path: the URL must begin with s3://\nhint: write s3://BUCKET/PREFIX"},
      {"S3://lake", "path: the URL must begin with s3://"},
      {"s3a://lake/a", "path: the URL must begin with s3://"},
      {"s3://Lake/a", "path: no bucket can be called \"Lake\"\nhint: buckets have"},
      {"s3://ab", "no bucket can be called"},
      {"s3://a_b", "no bucket can be called"},
      {"s3://a..b", "no bucket can be called"},
      {"s3://-ab", "no bucket can be called"},
      {"s3://10.0.0.1", "no bucket can be called"},
      {"s3://arn:aws:s3:eu-west-1:1:accesspoint/x", "access points are not available"},
      {"s3://lake//a", "the prefix has two slashes in a row"},
      {"s3://lake/a/../b", "a part of the prefix begins with \".\""},
      {"s3://lake/_a", "a part of the prefix begins with \"_\""},
      {"s3://lake/a?region=eu-west-1",
       "the URL has a query or a fragment\nhint: leave it out"},
      {"gs://lake", "path must be a directory or begin with s3://, not with \"gs://\""},
  };
  for (const auto& [given, shown] : cases) {
    EXPECT_THAT(Shown(ParseLake("{path: '" + given + "'}")),
                testing::AllOf(HasSubstr("c.yaml:2:14: "), HasSubstr(shown)))
        << given;
  }
  EXPECT_THAT(Shown(ParseLake("{path: 's3://lake/" + std::string(401, 'a') + "'}")),
              HasSubstr("the prefix is longer than 400 bytes"));
}

TEST(LakeLocationTest, NeverShowsCredentialsOfAUrl) {
  const std::string shown = Shown(ParseLake("{path: 's3://AKIA:canary@lake/a'}"));
  EXPECT_THAT(shown, HasSubstr("path: the URL holds credentials\nhint: leave them out"));
  EXPECT_THAT(shown, Not(HasSubstr("canary")));
}

TEST(LakeLocationTest, ReadsHowObjectsAreStored) {
  const auto read = ParseLake(
      "{path: 's3://lake', s3: {encryption: sse-kms, kms_key: alias/lake, acl: "
      "bucket-owner-full-control, storage_class: STANDARD_IA, tags: {team: data, cost: "
      "'7'}, requester_pays: true, expected_bucket_owner: '123456789012', part_size: "
      "32MiB}}");
  ASSERT_OK(read);
  const S3StorageConfiguration& s3 = read->lake.s3;
  EXPECT_EQ(s3.encryption, S3Encryption::kKms);
  EXPECT_EQ(s3.kms_key, "alias/lake");
  EXPECT_EQ(s3.acl, "bucket-owner-full-control");
  EXPECT_EQ(s3.storage_class, "STANDARD_IA");
  EXPECT_THAT(s3.tags, ElementsAre(Pair("team", "data"), Pair("cost", "7")));
  EXPECT_TRUE(s3.is_requester_paying);
  EXPECT_EQ(s3.expected_bucket_owner, "123456789012");
  EXPECT_EQ(s3.part_bytes, 32 << 20);
  const auto plain = ParseLake("{path: 's3://lake'}");
  ASSERT_OK(plain);
  EXPECT_EQ(plain->lake.s3.encryption, S3Encryption::kBucketDefault);
  EXPECT_FALSE(plain->lake.s3.is_requester_paying);
}

TEST(LakeLocationTest, RefusesStorageThatCannotBe) {
  const std::pair<std::string, std::string> cases[] = {
      {"{encryption: sse-c}", "2:44: encryption \"sse-c\" is not available"},
      {"{encryption: kms}", "encryption must be sse-s3 or sse-kms, not \"kms\""},
      {"{kms_key: k}", "2:32: kms_key needs encryption: sse-kms"},
      {"{part_size: 1MiB}", "part_size must be 5.0 MiB to 512.0 MiB, not \"1MiB\""},
      {"{expected_bucket_owner: 123}", "expected_bucket_owner must be an account of"},
      {"{tags: {'aws:x': y}}", "no tag can be called \"aws:x\""},
      {"{tags: {a: [b]}}", "tag \"a\" must be one value, not a list"},
      {"{tags: {a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1, j: 1, k: 1}}",
       "tags are 11, and an object takes ten"},
      {"{requester_pays: perhaps}", "requester_pays must be false or true"},
      {"{storag_class: STANDARD}",
       "unknown key \"storag_class\" in lake.s3\nhint: did you mean \"storage_class\"?"},
  };
  for (const auto& [given, shown] : cases) {
    EXPECT_THAT(Shown(ParseLake("{path: 's3://lake', s3: " + given + "}")),
                HasSubstr(shown))
        << given;
  }
  EXPECT_THAT(Shown(ParseLake("{path: ./lake, s3: {acl: private}}")),
              HasSubstr("s3 is for a lake in a bucket; this one is a directory"));
}

TEST(LakeLocationTest, ReadsHowAwsIsReached) {
  const TemporaryFolder folder;
  const std::string ca = folder.Write("ca.pem", "-----BEGIN CERTIFICATE-----\n");
  const ScopedVariable proxy("CARMILLA_TEST_PROXY", "http://me:canary@proxy:3128");
  const auto read = ParseLake(
      "{path: 's3://lake'}",
      "aws: {region: eu-west-1, profile: data, endpoint: 'https://127.0.0.1:7070/', "
      "addressing: path, ca_file: " +
          ca +
          ", proxy: env:CARMILLA_TEST_PROXY, assume_role: {arn: "
          "'arn:aws:iam::123456789012:role/lake', external_id: x}}");
  ASSERT_OK(read);
  const AwsConfiguration& aws = read->lake.aws;
  EXPECT_EQ(aws.region, "eu-west-1");
  EXPECT_EQ(aws.profile, "data");
  EXPECT_EQ(aws.endpoint, "https://127.0.0.1:7070");
  EXPECT_EQ(aws.addressing, S3Addressing::kPath);
  EXPECT_EQ(aws.ca_file, ca);
  EXPECT_EQ(aws.proxy.Reveal(), "http://me:canary@proxy:3128");
  EXPECT_EQ(aws.assume_role.arn, "arn:aws:iam::123456789012:role/lake");
  EXPECT_EQ(aws.assume_role.external_id, "x");
  EXPECT_EQ(aws.assume_role.session_name, "carmilla");
}

TEST(LakeLocationTest, RefusesServersThatCouldBeOverheard) {
  const std::pair<std::string, std::string> cases[] = {
      {"endpoint: 'http://minio:9000'",
       "3:17: endpoint: http:// would send everything in plain text"},
      {"endpoint: 'minio:9000'",
       "endpoint: the URL must begin with https://\nhint: write https://HOST"},
      {"endpoint: 'https://a:canary@minio'", "endpoint: the URL must be a host"},
      {"endpoint: 'https://minio/bucket'", "endpoint: the URL must be a host"},
      {"proxy: 'http://me:canary@proxy'", "3:14: proxy must not hold a password"},
      {"proxy: 'proxy:3128'", "proxy must begin with http:// or https://"},
      {"ca_file: /nowhere/ca.pem", "ca_file: "},
      {"assume_role: {arn: lake}", "3:21: arn must be that of a role"},
      {"assume_role: {}", "arn is missing in assume_role"},
      {"regoin: x", "unknown key \"regoin\" in aws\nhint: did you mean \"region\"?"},
  };
  for (const auto& [given, shown] : cases) {
    const std::string all =
        Shown(ParseLake("{path: 's3://lake'}", "aws: {" + given + "}"));
    EXPECT_THAT(all, testing::AllOf(HasSubstr(shown), Not(HasSubstr("canary")))) << given;
  }
  EXPECT_OK(ParseEndpoint("http://localhost:9000"));
  EXPECT_OK(ParseEndpoint("http://127.0.0.1:9000"));
}

TEST(LakeLocationTest, ReadsTheCatalogAndAthena) {
  const auto read = ParseLake(
      "{path: s3://lake/a, catalog: {glue: {database: raw, adopt: true}}}",
      "athena: {workgroup: reports, output: s3://results/x/, time_limit: 2min}");
  ASSERT_OK(read);
  ASSERT_TRUE(read->lake.glue.has_value());
  EXPECT_EQ(read->lake.glue->database, "raw");
  EXPECT_TRUE(read->lake.glue->is_adopting);
  EXPECT_EQ(read->lake.athena.workgroup, "reports");
  EXPECT_EQ(read->lake.athena.output, "s3://results/x");
  EXPECT_EQ(read->lake.athena.time_limit, std::chrono::minutes(2));
}

TEST(LakeLocationTest, ReadsACrawlerWhichNeedsTheStableLayout) {
  const std::string lake =
      "{path: s3://lake/a, catalog: {glue: {database: raw, crawler: {name: c, role: r, "
      "time_limit: 5min}}}}";
  const auto read = ParseLake(lake, "defaults: {layout: stable}");
  ASSERT_OK(read);
  ASSERT_TRUE(read->lake.glue->crawler.has_value());
  EXPECT_EQ(read->lake.glue->crawler->name, "c");
  EXPECT_EQ(read->lake.glue->crawler->role, "r");
  EXPECT_EQ(read->lake.glue->crawler->time_limit, std::chrono::minutes(5));
  EXPECT_THAT(Shown(ParseLake(lake)),
              HasSubstr("a crawler needs the stable layout of every table"));
  EXPECT_THAT(
      Shown(ParseLake("{path: s3://lake, catalog: {glue: {database: raw, crawler: {}}}}",
                      "defaults: {layout: stable}")),
      HasSubstr("name is missing in lake.catalog.glue.crawler"));
}

TEST(LakeLocationTest, HasNoCatalogUnlessToldSo) {
  const auto read = ParseLake("{path: s3://lake/a}");
  ASSERT_OK(read);
  EXPECT_FALSE(read->lake.glue.has_value());
  EXPECT_EQ(read->lake.athena.workgroup, "primary");
}

TEST(LakeLocationTest, RefusesACatalogThatCannotBe) {
  EXPECT_THAT(Shown(ParseLake("{path: ./lake, catalog: {glue: {database: raw}}}")),
              HasSubstr("catalog is for a lake in a bucket; this one is a directory"));
  EXPECT_THAT(Shown(ParseLake("{path: s3://lake, catalog: {}}")),
              HasSubstr("glue is missing in lake.catalog"));
  EXPECT_THAT(Shown(ParseLake("{path: s3://lake, catalog: {glue: {}}}")),
              HasSubstr("database is missing in lake.catalog.glue"));
  EXPECT_THAT(Shown(ParseLake("{path: s3://lake, catalog: {glue: {database: Raw-1}}}")),
              HasSubstr("such as raw"));
  EXPECT_THAT(Shown(ParseLake("{path: s3://lake}", "athena: {output: ./answers}")),
              HasSubstr("output must be in a bucket"));
}

}  // namespace
}  // namespace carmilla
