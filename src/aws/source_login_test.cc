#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/rds_token.h"
#include "aws/secret_value.h"
#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Answers every request the same.
class OneAnswer : public HttpTransport {
 public:
  HttpOutcome Exchange(const HttpRequest& request,
                       const std::stop_token& /*stop*/) override {
    body = request.body;
    for (const auto& [name, value] : request.headers) {
      if (name == "X-Amz-Target") target = value;
    }
    HttpOutcome outcome;
    outcome.response = answer;
    return outcome;
  }

  HttpResponse answer;
  std::string body;
  std::string target;
};

AwsCredentials Keys() {
  return {.access_key_id = "AKIAIOSFODNN7EXAMPLE",
          .secret_access_key = Secret("canary-key"),
          .session_token = Secret("token")};
}

class SecretValueTest : public testing::Test {
 protected:
  arrow::Result<Secret> Read(const std::string& answer, const std::string& key,
                             int status = 200) {
    transport_->answer = {.status = status, .body = answer};
    AwsClient client(transport_, FixedAwsCredentials(Keys()),
                     {.service = "secretsmanager",
                      .region = "eu-west-1",
                      .endpoint = "https://secretsmanager.eu-west-1.amazonaws.com"});
    return ReadSecretValue(client, {.id = "prod/db", .json_key = key});
  }

  std::shared_ptr<OneAnswer> transport_ = std::make_shared<OneAnswer>();
};

TEST_F(SecretValueTest, ReadsTextOrOneKeyOfItsJson) {
  ASSERT_OK_AND_ASSIGN(const Secret text, Read(R"({"SecretString":"canary"})", ""));
  EXPECT_EQ(text.Reveal(), "canary");
  EXPECT_EQ(transport_->target, "secretsmanager.GetSecretValue");
  EXPECT_EQ(transport_->body, R"({"SecretId":"prod/db"})");
  ASSERT_OK_AND_ASSIGN(
      const Secret key,
      Read(R"({"SecretString":"{\"username\":\"u\",\"password\":\"canary\"}"})",
           "password"));
  EXPECT_EQ(key.Reveal(), "canary");
}

TEST_F(SecretValueTest, SaysWhatIsMissingAndShowsNothing) {
  const struct {
    std::string answer;
    std::string key;
    int status;
    ErrorKind kind;
    std::string shown;
  } cases[] = {
      {R"({"__type":"ResourceNotFoundException","Message":"x"})", "", 400,
       ErrorKind::kConfiguration, "reading secret prod/db: there is none in eu-west-1"},
      {R"({"__type":"AccessDeniedException","Message":"x"})", "", 400,
       ErrorKind::kPermission, "secretsmanager:GetSecretValue on prod/db"},
      {R"({"SecretBinary":"canary"})", "", 200, ErrorKind::kConfiguration,
       "it holds no text"},
      {R"({"SecretString":"canary"})", "password", 200, ErrorKind::kConfiguration,
       "its JSON has no text under password"},
      {R"({"SecretString":"{\"Password\":\"canary\"}"})", "password", 200,
       ErrorKind::kConfiguration, "its JSON has no text under password"},
      {"canary", "", 200, ErrorKind::kConfiguration, "it holds no text"},
  };
  for (const auto& one : cases) {
    const auto read = Read(one.answer, one.key, one.status);
    EXPECT_THAT(read.status(), HasKind(one.kind)) << one.answer;
    if (read.ok()) continue;
    EXPECT_THAT(RenderError(read.status()),
                AllOf(HasSubstr(one.shown), Not(HasSubstr("canary"))));
  }
}

TEST(RdsTokenTest, IsAPresignedConnectForTheUser) {
  const auto time = std::chrono::system_clock::from_time_t(1893456000);
  const RdsLogin login{.host = "db.abc.eu-west-1.rds.amazonaws.com",
                       .port = "5432",
                       .user = "reader",
                       .region = "eu-west-1"};
  ASSERT_OK_AND_ASSIGN(const Secret token, MakeRdsToken(login, Keys(), time));
  EXPECT_THAT(
      token.Reveal(),
      AllOf(StartsWith("db.abc.eu-west-1.rds.amazonaws.com:5432/?Action=connect&DBUser="
                       "reader&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
                       "AKIAIOSFODNN7EXAMPLE%2F20300101%2Feu-west-1%2Frds-db%2F"
                       "aws4_request&X-Amz-Date=20300101T000000Z&X-Amz-Expires=900&"),
            HasSubstr("X-Amz-Security-Token=token"),
            // Of botocore 1.44.5 (SigV4QueryAuth) for the same input.
            HasSubstr("X-Amz-Signature="
                      "5919b1601731135a656879f8d101fb371a5b082ca449fc86b92bb3a83c94a94f"),
            Not(HasSubstr("canary"))));
}

TEST(RdsTokenTest, TakesTheRegionOutOfTheHost) {
  EXPECT_EQ(RegionOfRdsHost("db.abc.eu-west-1.rds.amazonaws.com"), "eu-west-1");
  EXPECT_EQ(RegionOfRdsHost("p.proxy-abc.us-east-2.rds.amazonaws.com"), "us-east-2");
  EXPECT_EQ(RegionOfRdsHost("db.example.com"), "");
  EXPECT_EQ(RegionOfRdsHost(".rds.amazonaws.com"), "");
}

}  // namespace
}  // namespace carmilla
