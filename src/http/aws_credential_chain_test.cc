#include "http/aws_credential_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "http/aws_region.h"
#include "http/credential_process.h"
#include "testing/matchers.h"
#include "testing/temporary_folder.h"

namespace carmilla {
namespace {

using std::chrono::system_clock;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

/// Every variable that the chain looks at.
constexpr const char* kVariables[] = {"AWS_ACCESS_KEY_ID",
                                      "AWS_SECRET_ACCESS_KEY",
                                      "AWS_SESSION_TOKEN",
                                      "AWS_PROFILE",
                                      "AWS_CONFIG_FILE",
                                      "AWS_SHARED_CREDENTIALS_FILE",
                                      "AWS_WEB_IDENTITY_TOKEN_FILE",
                                      "AWS_ROLE_ARN",
                                      "AWS_ROLE_SESSION_NAME",
                                      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                      "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                      "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                                      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                                      "AWS_EC2_METADATA_DISABLED",
                                      "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                                      "AWS_ENDPOINT_URL",
                                      "AWS_ENDPOINT_URL_STS",
                                      "AWS_REGION",
                                      "AWS_DEFAULT_REGION"};

constexpr char kKeysOfRole[] =
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE"
    "</AccessKeyId><SecretAccessKey>canary-role</SecretAccessKey><SessionToken>"
    "canary-token</SessionToken><Expiration>2030-01-01T01:00:00Z</Expiration>"
    "</Credentials></AssumeRoleResult></AssumeRoleResponse>";

/// Answers by the beginning of a URL; what it does not know cannot be reached.
class FakeTransport : public HttpTransport {
 public:
  HttpOutcome Exchange(const HttpRequest& request,
                       const std::stop_token& /*stop*/) override {
    requests.push_back(request);
    bodies.emplace_back(request.body);
    HttpOutcome outcome;
    for (const auto& [start, answer] : answers) {
      if ((request.method + " " + request.url).starts_with(start)) {
        outcome.response = answer;
        return outcome;
      }
    }
    outcome.status = MakeError(ErrorKind::kUnavailable, "connecting: refused");
    outcome.may_have_arrived = false;
    return outcome;
  }

  std::string HeaderOf(size_t index, std::string_view name) const {
    for (const auto& [key, value] : requests[index].headers) {
      if (key == name) return value;
    }
    return "";
  }

  std::deque<std::pair<std::string, HttpResponse>> answers;
  std::vector<HttpRequest> requests;
  std::vector<std::string> bodies;
};

class AwsCredentialChainTest : public testing::Test {
 protected:
  AwsCredentialChainTest() {
    for (const char* name : kVariables) unsetenv(name);
    setenv("HOME", folder_.path().c_str(), 1);
    options_.transport = transport_;
    options_.local_transport = transport_;
    options_.now = [this] { return now_; };
  }
  ~AwsCredentialChainTest() override {
    for (const char* name : kVariables) unsetenv(name);
    if (home_.empty()) {
      unsetenv("HOME");
    } else {
      setenv("HOME", home_.c_str(), 1);
    }
  }

  static void Set(const char* name, const std::string& value) {
    setenv(name, value.c_str(), 1);
  }
  std::string Write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = folder_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }
  void Answer(const std::string& start, std::string body, int status = 200) {
    HttpResponse response{.status = status, .body = std::move(body)};
    transport_->answers.emplace_front(start, std::move(response));
  }
  arrow::Result<AwsCredentials> Get() { return OpenAwsCredentials(options_)->Get(); }
  std::string Shown() {
    const auto got = Get();
    return got.ok() ? "found " + got->access_key_id : RenderError(got.status());
  }

  const std::string home_ = getenv("HOME") == nullptr ? "" : getenv("HOME");
  const TemporaryFolder folder_;
  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  AwsCredentialOptions options_;
  system_clock::time_point now_ = system_clock::from_time_t(1893456000);  // 2030-01-01
};

TEST_F(AwsCredentialChainTest, NamesEachPlaceWhereThereAreNone) {
  const auto got = Get();
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(KindOf(got.status()), ErrorKind::kAuthentication);
  EXPECT_EQ(ExitCodeOf(got.status()), 77);
  EXPECT_THAT(RenderError(got.status()),
              AllOf(HasSubstr("looking for AWS credentials: there are none"),
                    HasSubstr("the environment: AWS_ACCESS_KEY_ID is not set"),
                    HasSubstr("a web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set"),
                    HasSubstr("profile default: not in " + folder_.path().string() +
                              "/.aws/config and "),
                    HasSubstr("credentials: AWS_CONTAINER_CREDENTIALS_FULL_URI is not"),
                    HasSubstr("no metadata service answers at http://169.254.169.254"),
                    HasSubstr("hint: set AWS_ACCESS_KEY_ID")));
}

TEST_F(AwsCredentialChainTest, TakesTheEnvironmentFirst) {
  Set("AWS_ACCESS_KEY_ID", "AKIAENV");
  Set("AWS_SECRET_ACCESS_KEY", "canary");
  Set("AWS_SESSION_TOKEN", "token");
  Write(".aws/credentials",
        "[default]\naws_access_key_id=AKIAFILE\naws_secret_access_key=x\n");
  ASSERT_OK_AND_ASSIGN(const AwsCredentials got, Get());
  EXPECT_EQ(got.access_key_id, "AKIAENV");
  EXPECT_EQ(got.secret_access_key.Reveal(), "canary");
  EXPECT_EQ(got.session_token.Reveal(), "token");
  EXPECT_THAT(transport_->requests, SizeIs(0));
  unsetenv("AWS_SECRET_ACCESS_KEY");
  EXPECT_THAT(Shown(), HasSubstr("AWS_SECRET_ACCESS_KEY is not"));
}

TEST_F(AwsCredentialChainTest, ReadsKeysOfBothFilesOfProfiles) {
  Write(".aws/config",
        "# comment\n[default]\nregion = eu-west-1 # here\ns3 =\n  max_queue_size = 1\n"
        "[profile only-config]\naws_access_key_id = AKIACONFIG\n"
        "aws_secret_access_key = canary\n");
  Write(".aws/credentials",
        "[default]\nAWS_ACCESS_KEY_ID=AKIAFILE\naws_secret_access_key = a=b/c\n");
  ASSERT_OK_AND_ASSIGN(const AwsCredentials usual, Get());
  EXPECT_EQ(usual.access_key_id, "AKIAFILE");
  EXPECT_EQ(usual.secret_access_key.Reveal(), "a=b/c");
  Set("AWS_PROFILE", "only-config");
  EXPECT_EQ(Shown(), "found AKIACONFIG");
  ASSERT_OK_AND_ASSIGN(const std::string region, EnvironmentRegion("default"));
  EXPECT_EQ(region, "eu-west-1");
  // A profile that configuration names is the only place.
  Set("AWS_ACCESS_KEY_ID", "AKIAENV");
  Set("AWS_SECRET_ACCESS_KEY", "x");
  options_.profile = "default";
  EXPECT_EQ(Shown(), "found AKIAFILE");
  options_.profile = "only-confi";
  EXPECT_THAT(Shown(), AllOf(HasSubstr("there are none"),
                             HasSubstr("did you mean \"only-config\"?"),
                             Not(HasSubstr("the environment:"))));
}

TEST_F(AwsCredentialChainTest, RefusesFilesThatAreNone) {
  Write(".aws/credentials", "aws_secret_access_key canary\n");
  EXPECT_THAT(Shown(), AllOf(HasSubstr("the line is neither [section] nor key = value: "),
                             HasSubstr("credentials:1"), Not(HasSubstr("canary"))));
}

TEST_F(AwsCredentialChainTest, TakesOnTheRoleOfAProfileWithItsSource) {
  Write(".aws/config",
        "[profile base]\naws_access_key_id=AKIABASE\naws_secret_access_key=canary-base\n"
        "[profile role]\nrole_arn=arn:aws:iam::123456789012:role/a\nsource_profile=base\n"
        "external_id=e/1\nrole_session_name=me\nregion=eu-west-1\n");
  Set("AWS_PROFILE", "role");
  Answer("POST https://sts.eu-west-1.amazonaws.com/", kKeysOfRole);
  ASSERT_OK_AND_ASSIGN(const AwsCredentials got, Get());
  EXPECT_EQ(got.access_key_id, "ASIAROLE");
  EXPECT_EQ(got.secret_access_key.Reveal(), "canary-role");
  EXPECT_EQ(got.session_token.Reveal(), "canary-token");
  EXPECT_EQ(got.expires_at, now_ + std::chrono::hours(1));
  EXPECT_THAT(transport_->bodies.at(0),
              AllOf(HasSubstr("Action=AssumeRole&"), HasSubstr("ExternalId=e%2F1"),
                    HasSubstr("RoleSessionName=me")));
  EXPECT_THAT(
      transport_->HeaderOf(0, "Authorization"),
      AllOf(HasSubstr("Credential=AKIABASE/"), HasSubstr("/eu-west-1/sts/aws4_request")));
}

TEST_F(AwsCredentialChainTest, TakesOnTheRoleOfTheConfiguration) {
  Set("AWS_ACCESS_KEY_ID", "AKIAENV");
  Set("AWS_SECRET_ACCESS_KEY", "canary");
  options_.assume_role = {.arn = "arn:aws:iam::123456789012:role/lake"};
  Answer("POST https://sts.us-east-1.amazonaws.com/", kKeysOfRole);
  EXPECT_EQ(Shown(), "found ASIAROLE");
  transport_->answers.clear();
  Answer("POST https://sts.",
         "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User is not authorized "
         "to perform: sts:AssumeRole</Message></Error></ErrorResponse>",
         403);
  const auto refused = Get();
  EXPECT_EQ(KindOf(refused.status()), ErrorKind::kAuthentication);
  EXPECT_THAT(RenderError(refused.status()),
              AllOf(HasSubstr("sts:AssumeRole on arn:aws:iam::123456789012:role/lake"),
                    HasSubstr("trust policy"), Not(HasSubstr("canary"))));
}

TEST_F(AwsCredentialChainTest, TellsWhatIsWrongWithARole) {
  const std::string role = "role_arn=arn:aws:iam::1:role/a\n";
  const std::pair<std::string, std::string> cases[] = {
      {role, "has a role_arn, but no source_profile"},
      {role + "source_profile=bas\n[profile base]\n", "without keys: bas"},
      {role + "source_profile=b\n[profile b]\nsource_profile=a\n" + role,
       "profile a is its own source_profile"},
      {role + "mfa_serial=arn:aws:iam::1:mfa/me\nsource_profile=a\n",
       "asks for a code (mfa_serial)"},
      {role + "credential_source=Environment\n",
       "takes its keys from the environment: AWS_ACCESS_KEY_ID is not set"},
      {role + "web_identity_token_file=/nowhere\n", "cannot be read or is empty"},
  };
  Set("AWS_PROFILE", "a");
  for (const auto& [text, shown] : cases) {
    Write(".aws/config", "[profile a]\n" + text);
    EXPECT_THAT(Shown(), HasSubstr(shown)) << text;
  }
  EXPECT_THAT(transport_->requests, SizeIs(0));
}

TEST_F(AwsCredentialChainTest, RunsTheCredentialProcess) {
  Write(
      ".aws/config",
      "[default]\ncredential_process = printf "
      "'{\"Version\":1,\"AccessKeyId\":\"AKIAPROC\",\"SecretAccessKey\":\"canary\"}'\n");
  EXPECT_EQ(Shown(), "found AKIAPROC");
  Write(".aws/config", "[default]\ncredential_process = echo canary; exit 3\n");
  EXPECT_THAT(Shown(), AllOf(HasSubstr("credential_process of the profile failed with "
                                       "code 3"),
                             Not(HasSubstr("canary"))));
  Write(".aws/config", "[default]\ncredential_process = echo canary\n");
  EXPECT_THAT(Shown(),
              AllOf(HasSubstr("did not answer with JSON"), Not(HasSubstr("canary"))));
  EXPECT_THAT(RunCredentialProcess("sleep 60", std::chrono::milliseconds(20)).status(),
              HasKind(ErrorKind::kAuthentication));
}

TEST_F(AwsCredentialChainTest, TakesTheLoginOfSso) {
  Write(
      ".aws/config",
      "[default]\nsso_session=work\nsso_account_id=123456789012\nsso_role_name=Data\n"
      "[sso-session work]\nsso_region=eu-west-1\nsso_start_url=https://my.awsapps.com\n");
  EXPECT_THAT(Shown(), HasSubstr("profile default is not logged in\n"
                                 "hint: aws sso login --profile default"));
  Write(".aws/sso/cache/other.json", "no json");
  Write(".aws/sso/cache/0a.json",
        R"({"startUrl":"https://my.awsapps.com","accessToken":"canary-sso",)"
        R"("expiresAt":"2030-01-01T08:00:00Z"})");
  Answer(
      "GET https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?"
      "account_id=123456789012&role_name=Data",
      R"({"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s",)"
      R"("sessionToken":"t","expiration":1893459600000}})");
  ASSERT_OK_AND_ASSIGN(const AwsCredentials got, Get());
  EXPECT_EQ(got.access_key_id, "ASIASSO");
  EXPECT_EQ(got.expires_at, now_ + std::chrono::hours(1));
  EXPECT_EQ(transport_->HeaderOf(0, "x-amz-sso_bearer_token"), "canary-sso");
  now_ += std::chrono::hours(9);
  EXPECT_THAT(Shown(), AllOf(HasSubstr("the login of profile default has expired"),
                             Not(HasSubstr("canary"))));
}

TEST_F(AwsCredentialChainTest, TakesTheWebIdentityOfKubernetes) {
  Set("AWS_WEB_IDENTITY_TOKEN_FILE", Write("token", "canary.jwt\n"));
  Set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod");
  options_.region = "cn-north-1";
  Answer("POST https://sts.cn-north-1.amazonaws.com.cn/", kKeysOfRole);
  EXPECT_EQ(Shown(), "found ASIAROLE");
  EXPECT_THAT(transport_->bodies.at(0), HasSubstr("WebIdentityToken=canary.jwt"));
  EXPECT_EQ(transport_->HeaderOf(0, "Authorization"), "");
  transport_->answers.clear();
  Answer("POST https://sts.",
         "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>bad canary.jwt"
         "</Message></Error></ErrorResponse>",
         400);
  EXPECT_THAT(Shown(),
              AllOf(HasSubstr("InvalidIdentityToken"), Not(HasSubstr("canary"))));
}

TEST_F(AwsCredentialChainTest, AsksTheContainer) {
  Set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials");
  Set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Write("pod", "canary-pod\n"));
  Answer("GET http://169.254.170.23/v1/credentials",
         R"({"AccessKeyId":"ASIAPOD","SecretAccessKey":"s","Token":"t",)"
         R"("Expiration":"2030-01-01T06:00:00Z"})");
  EXPECT_EQ(Shown(), "found ASIAPOD");
  EXPECT_EQ(transport_->HeaderOf(0, "Authorization"), "canary-pod");
  for (const std::string uri : {"http://evil.example.com/", "http://127.0.0.1.evil.com/",
                                "http://localhost:80@evil.com/", "file:///etc/passwd"}) {
    Set("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri);
    EXPECT_THAT(Shown(), HasSubstr("is neither https:// nor a host of AWS's")) << uri;
  }
  EXPECT_THAT(transport_->requests, SizeIs(1));
  unsetenv("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  Set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x");
  Answer("GET http://169.254.170.2/v2/x", "{}", 500);
  EXPECT_THAT(Shown(), HasSubstr("the container's credentials were refused: HTTP status "
                                 "500"));
}

TEST_F(AwsCredentialChainTest, AsksTheInstanceByVersionTwoOnly) {
  Answer("GET http://169.254.169.254/latest/meta-data/iam/security-credentials/",
         "data\n");
  EXPECT_THAT(Shown(), HasSubstr("no metadata service answers"));
  EXPECT_THAT(transport_->requests, SizeIs(1)) << "without a session nothing is read";
  Answer("PUT http://169.254.169.254/latest/api/token", "session");
  Answer("GET http://169.254.169.254/latest/meta-data/iam/security-credentials/data",
         R"({"Code":"Success","AccessKeyId":"ASIAEC2","SecretAccessKey":"s","Token":"t",)"
         R"("Expiration":"2030-01-01T06:00:00Z"})");
  EXPECT_EQ(Shown(), "found ASIAEC2");
  EXPECT_EQ(transport_->HeaderOf(3, "X-aws-ec2-metadata-token"), "session");
  Set("AWS_EC2_METADATA_DISABLED", "true");
  EXPECT_THAT(Shown(), HasSubstr("AWS_EC2_METADATA_DISABLED is true"));
}

TEST_F(AwsCredentialChainTest, RenewsFiveMinutesBeforeTheEnd) {
  Answer("PUT http://169.254.169.254/latest/api/token", "session");
  Answer("GET http://169.254.169.254/latest/meta-data/iam/security-credentials/", "a");
  const auto answer = [this](const std::string& key, const std::string& hour) {
    Answer("GET http://169.254.169.254/latest/meta-data/iam/security-credentials/a",
           R"({"AccessKeyId":")" + key +
               R"(","SecretAccessKey":"s","Token":"t","Expiration":"2030-01-01T)" + hour +
               R"(:00:00Z"})");
  };
  answer("ASIA1", "01");
  const auto chain = OpenAwsCredentials(options_);
  const auto key = [&chain] {
    const auto got = chain->Get();
    return got.ok() ? got->access_key_id : got.status().message();
  };
  EXPECT_EQ(key(), "ASIA1");
  answer("ASIA2", "02");
  now_ += std::chrono::minutes(54);
  EXPECT_EQ(key(), "ASIA1");
  now_ += std::chrono::minutes(2);
  EXPECT_EQ(key(), "ASIA2");
  // The old ones serve when the service is away, and no longer than they live.
  transport_->answers.clear();
  now_ += std::chrono::minutes(60);
  EXPECT_EQ(key(), "ASIA2");
  now_ += std::chrono::minutes(5);
  EXPECT_THAT(key(), HasSubstr("there are none"));
}

TEST_F(AwsCredentialChainTest, FetchesOthersOnceTheseWereRefused) {
  Write(".aws/credentials",
        "[default]\naws_access_key_id=AKIA1\naws_secret_access_key=x\n");
  const auto chain = OpenAwsCredentials(options_);
  ASSERT_OK_AND_ASSIGN(const AwsCredentials first, chain->Get());
  Write(".aws/credentials",
        "[default]\naws_access_key_id=AKIA2\naws_secret_access_key=x\n");
  ASSERT_OK_AND_ASSIGN(const AwsCredentials kept, chain->Get());
  EXPECT_EQ(kept.access_key_id, "AKIA1");
  chain->Refuse(first);
  ASSERT_OK_AND_ASSIGN(const AwsCredentials second, chain->Get());
  EXPECT_EQ(second.access_key_id, "AKIA2");
  chain->Refuse(first);  // Of another thread, late.
  Write(".aws/credentials",
        "[default]\naws_access_key_id=AKIA3\naws_secret_access_key=x\n");
  ASSERT_OK_AND_ASSIGN(const AwsCredentials third, chain->Get());
  EXPECT_EQ(third.access_key_id, "AKIA2");
  now_ += std::chrono::minutes(2);
  ASSERT_OK_AND_ASSIGN(const AwsCredentials rotated, chain->Get());
  EXPECT_EQ(rotated.access_key_id, "AKIA3");
}

TEST_F(AwsCredentialChainTest, FindsTheRegionOfABucket) {
  const auto credentials =
      FixedAwsCredentials({.access_key_id = "AKIA", .secret_access_key = Secret("s")});
  Answer("HEAD https://s3.us-east-1.amazonaws.com/lake", "", 301);
  transport_->answers.front().second.headers = {{"x-amz-bucket-region", "eu-west-3"}};
  ASSERT_OK_AND_ASSIGN(const std::string region,
                       FindBucketRegion("lake", "", transport_, credentials));
  EXPECT_EQ(region, "eu-west-3");
  EXPECT_THAT(transport_->HeaderOf(0, "Authorization"), HasSubstr("Credential=AKIA/"));
  Answer("HEAD https://s3.us-east-1.amazonaws.com/lake", "", 400);
  Answer("GET https://s3.us-east-1.amazonaws.com/lake?location=",
         "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-2</Region>"
         "</Error>",
         400);
  ASSERT_OK_AND_ASSIGN(const std::string expected,
                       FindBucketRegion("lake", "", transport_, credentials));
  EXPECT_EQ(expected, "eu-west-2");
  transport_->answers.clear();
  Answer("HEAD https://s3.us-east-1.amazonaws.com/lake", "", 404);
  Answer("GET https://s3.us-east-1.amazonaws.com/lake?location=", "", 404);
  EXPECT_THAT(FindBucketRegion("lake", "", transport_, credentials).status(),
              HasKind(ErrorKind::kConfiguration));
}

}  // namespace
}  // namespace carmilla
