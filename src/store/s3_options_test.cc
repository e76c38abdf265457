#include "store/s3_options.h"

#include "store/s3_writer.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::Contains;
using ::testing::Pair;

TEST(S3OptionsTest, KnowsWhereABucketAnswers) {
  S3StoreOptions options{.bucket = "lake", .prefix = "raw/x", .region = "eu-west-1"};
  EXPECT_EQ(S3EndpointOf(options), "https://lake.s3.eu-west-1.amazonaws.com");
  options.bucket = "my.lake";
  EXPECT_EQ(S3EndpointOf(options), "https://s3.eu-west-1.amazonaws.com")
      << "no certificate covers the dot";
  options.bucket = "lake";
  options.region = "cn-north-1";
  EXPECT_EQ(S3EndpointOf(options), "https://lake.s3.cn-north-1.amazonaws.com.cn");
  options.endpoint = "https://localhost:9000/";
  EXPECT_EQ(S3EndpointOf(options), "https://localhost:9000");
  options.addressing = S3Addressing::kVirtualHost;
  EXPECT_EQ(S3EndpointOf(options), "https://lake.localhost:9000");
  EXPECT_EQ(S3UriOf(options, "t/a.parquet"), "s3://lake/raw/x/t/a.parquet");
}

TEST(S3OptionsTest, SendsWhatWasAskedFor) {
  const S3StoreOptions options{.bucket = "lake",
                               .encryption = S3Encryption::kKms,
                               .kms_key_id = "key-1",
                               .acl = "bucket-owner-full-control",
                               .storage_class = "STANDARD_IA",
                               .tags = {{"team", "data & more"}, {"a", "b"}},
                               .requester_pays = true,
                               .expected_bucket_owner = "123456789012"};
  EXPECT_THAT(ObjectHeaders(options, "a.parquet"),
              ::testing::UnorderedElementsAre(
                  Pair("Content-Type", "application/vnd.apache.parquet"),
                  Pair("x-amz-server-side-encryption", "aws:kms"),
                  Pair("x-amz-server-side-encryption-aws-kms-key-id", "key-1"),
                  Pair("x-amz-server-side-encryption-bucket-key-enabled", "true"),
                  Pair("x-amz-acl", "bucket-owner-full-control"),
                  Pair("x-amz-storage-class", "STANDARD_IA"),
                  Pair("x-amz-tagging", "a=b&team=data%20%26%20more")));
  EXPECT_THAT(CommonHeaders(options),
              ::testing::UnorderedElementsAre(
                  Pair("x-amz-request-payer", "requester"),
                  Pair("x-amz-expected-bucket-owner", "123456789012")));
  EXPECT_THAT(
      ObjectHeaders({.bucket = "lake", .encryption = S3Encryption::kS3}, "a.json"),
      Contains(Pair("x-amz-server-side-encryption", "AES256")));
  EXPECT_THAT(ObjectHeaders({.bucket = "lake"}, "a.json"),
              ::testing::ElementsAre(Pair("Content-Type", "application/json")));
}

TEST(S3OptionsTest, RefusesWhatCannotBeMeant) {
  EXPECT_OK(CheckS3Options({.bucket = "lake", .prefix = "a/b"}));
  const std::vector<S3StoreOptions> wrong = {
      {},
      {.bucket = "Lake"},
      {.bucket = "lake/x"},
      {.bucket = "lake", .prefix = "/a"},
      {.bucket = "lake", .prefix = "a/"},
      {.bucket = "lake", .region = ""},
      {.bucket = "lake", .endpoint = "localhost:9000"},
      {.bucket = "lake", .part_bytes = 1 << 20},
      {.bucket = "lake", .parts_in_flight = 0},
      {.bucket = "lake", .kms_key_id = "key-1"},
  };
  for (const S3StoreOptions& options : wrong) {
    EXPECT_THAT(CheckS3Options(options), HasKind(ErrorKind::kConfiguration));
  }
}

TEST(S3OptionsTest, TenThousandPartsAreEnoughForTheLargestObject) {
  constexpr int64_t kFirst = int64_t{16} << 20;
  EXPECT_EQ(S3Writer::BytesOfPart(kFirst, 1), size_t{16} << 20);
  EXPECT_EQ(S3Writer::BytesOfPart(kFirst, 1000), size_t{16} << 20);
  EXPECT_EQ(S3Writer::BytesOfPart(kFirst, 1001), size_t{32} << 20);
  size_t sum = 0;
  for (int number = 1; number <= 10'000; ++number) {
    sum += S3Writer::BytesOfPart(kFirst, number);
  }
  EXPECT_GT(sum, size_t{5} << 40) << "5 TiB";
}

}  // namespace
}  // namespace carmilla
