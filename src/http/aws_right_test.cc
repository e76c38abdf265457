#include "http/aws_right.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "http/aws_error.h"

namespace carmilla {
namespace {

using ::testing::Optional;

const AwsAccount kAccount{.partition = "aws-cn", .region = "cn-north-1", .id = "42"};

arrow::Status Refusal(std::string_view action, std::string_view resource,
                      std::string message = "") {
  return WithContext(AwsStatus({.code = "AccessDenied", .message = std::move(message)},
                               403, action, resource),
                     "checking");
}

TEST(AwsRightTest, NamesActionAndArnOfARefusal) {
  using Row = std::tuple<std::string_view, std::string_view, std::string_view>;
  const std::vector<Row> rows = {
      {"s3:PutObject", "s3://b/lake/a key", "arn:aws-cn:s3:::b/lake/a key"},
      {"s3:ListBucket", "s3://b/lake", "arn:aws-cn:s3:::b"},
      {"s3:ListBucketMultipartUploads", "s3://b", "arn:aws-cn:s3:::b"},
      {"s3:GetLifecycleConfiguration", "s3://b/lake", "arn:aws-cn:s3:::b"},
      {"glue:GetDatabase", "database raw",
       "arn:aws-cn:glue:cn-north-1:42:catalog, "
       "arn:aws-cn:glue:cn-north-1:42:database/raw"},
      {"glue:CreateTable", "table raw.t",
       "arn:aws-cn:glue:cn-north-1:42:catalog, "
       "arn:aws-cn:glue:cn-north-1:42:database/raw, "
       "arn:aws-cn:glue:cn-north-1:42:table/raw/t"},
      {"glue:StartCrawler", "crawler c", "arn:aws-cn:glue:cn-north-1:42:crawler/c"},
      {"athena:StartQueryExecution", "workgroup etl",
       "arn:aws-cn:athena:cn-north-1:42:workgroup/etl"}};
  for (const auto& [action, resource, arn] : rows) {
    EXPECT_THAT(MissingRightOf(Refusal(action, resource), kAccount),
                Optional(AwsRight{std::string(action), std::string(arn)}));
  }
}

TEST(AwsRightTest, PrefersTheWordsOfAwsWhichMayBeAboutAKey) {
  const arrow::Status refusal =
      Refusal("s3:PutObject", "s3://b/k",
              "User: arn:aws:sts::42:assumed-role/etl/x is not authorized to perform: "
              "kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:42:key/abc because "
              "no identity-based policy allows it");
  EXPECT_THAT(
      MissingRightOf(refusal, kAccount),
      Optional(AwsRight{"kms:GenerateDataKey", "arn:aws:kms:eu-west-1:42:key/abc"}));
}

TEST(AwsRightTest, AnAccountThatIsNotKnownIsAnyOne) {
  EXPECT_THAT(MissingRightOf(Refusal("glue:StartCrawler", "crawler c"), {}),
              Optional(AwsRight{"glue:StartCrawler", "arn:aws:glue:*:*:crawler/c"}));
}

TEST(AwsRightTest, OtherFailuresLackNoRight) {
  const auto status =
      MakeError(ErrorKind::kUnavailable, "s3:PutObject on s3://b/k: SlowDown (HTTP 503)");
  EXPECT_EQ(MissingRightOf(status, kAccount), std::nullopt);
  EXPECT_EQ(MissingRightOf(MakeError(ErrorKind::kPermission, "opening a file"), kAccount),
            std::nullopt);
}

TEST(AwsRightTest, AnArnTellsItsAccount) {
  const AwsAccount account = AccountOf("arn:aws-us-gov:iam::123456789012:user/a", "r");
  EXPECT_EQ(account.partition, "aws-us-gov");
  EXPECT_EQ(account.id, "123456789012");
  EXPECT_EQ(account.region, "r");
  EXPECT_EQ(AccountOf("", "r").id, "");
}

}  // namespace
}  // namespace carmilla
