#include "http/aws_client.h"

#include "testing/fault_proxy.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Fault Success() {
  Fault fault{.kind = Fault::Kind::kAnswer};
  fault.answer = {.status = 200, .body = "{}"};
  return fault;
}

// Fails as often as it is told to, then answers.
FaultProxy::Script Times(int failures, const Fault& fault) {
  return [left = failures, fault](const auto&) mutable {
    return left-- > 0 ? fault : Success();
  };
}

// Counts, and gives other keys after a refusal.
class CountingProvider : public AwsCredentialsProvider {
 public:
  arrow::Result<AwsCredentials> Get() override {
    ++num_gets;
    return AwsCredentials{.access_key_id = "KEY" + std::to_string(num_refusals),
                          .secret_access_key = Secret("canary-secret"),
                          .session_token = Secret("canary-token")};
  }
  void Refuse(const AwsCredentials& credentials) override {
    ++num_refusals;
    refused = credentials.access_key_id;
  }
  int num_gets = 0;
  int num_refusals = 0;
  std::string refused;
};

class AwsClientTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_OK_AND_ASSIGN(transport_, OpenCurlTransport()); }

  AwsClientOptions Options() const {
    return {.service = "glue",
            .region = "eu-west-1",
            .endpoint = server_.url(),
            .max_attempts = 5,
            .first_wait = std::chrono::milliseconds(1),
            .longest_wait = std::chrono::milliseconds(4)};
  }
  AwsAnswer Ask() {
    AwsClient client(transport_, credentials_, Options());
    return client.CallJson("glue:GetTable", "table raw.orders", "AWSGlue.GetTable", "{}");
  }

  FaultProxy server_{"", nullptr, [](const auto&) { return Success(); }};
  std::shared_ptr<HttpTransport> transport_;
  std::shared_ptr<CountingProvider> credentials_ = std::make_shared<CountingProvider>();
};

TEST_F(AwsClientTest, RepeatsWhatARepetitionMayCure) {
  for (const auto& [status, code] :
       std::vector<std::pair<int, const char*>>{{500, "InternalError"},
                                                {502, ""},
                                                {503, "SlowDown"},
                                                {503, "ServiceUnavailable"},
                                                {504, ""},
                                                {429, ""},
                                                {400, "ThrottlingException"},
                                                {400, "RequestTimeout"},
                                                {400, "OperationTimeoutException"},
                                                {400, "BadDigest"},
                                                {409, "ConditionalRequestConflict"},
                                                {409, "OperationAborted"}}) {
    server_.Play(Times(2, Fault::Error(status, code)));
    const int before = server_.num_requests();
    EXPECT_OK(Ask().status) << code;
    EXPECT_EQ(server_.num_requests() - before, 3) << status << " " << code;
  }
}

TEST_F(AwsClientTest, RepeatsWhenTheConnectionIsLost) {
  server_.Play(Times(2, {.kind = Fault::Kind::kLoseRequest}));
  const AwsAnswer answer = Ask();
  EXPECT_OK(answer.status);
  EXPECT_TRUE(answer.had_unknown_outcome) << "it may have arrived";
}

TEST_F(AwsClientTest, DoesNotRepeatWhatStaysWrong) {
  const std::vector<std::tuple<int, const char*, ErrorKind>> cases = {
      {403, "AccessDenied", ErrorKind::kPermission},
      {400, "AccessDeniedException", ErrorKind::kPermission},
      {403, "SignatureDoesNotMatch", ErrorKind::kAuthentication},
      {403, "InvalidAccessKeyId", ErrorKind::kAuthentication},
      {400, "InvalidIdentityToken", ErrorKind::kAuthentication},
      {400, "EntityNotFoundException", ErrorKind::kConfiguration},
      {400, "InvalidInputException", ErrorKind::kConfiguration},
      {400, "InvalidRequestException", ErrorKind::kConfiguration},
      {400, "ValidationException", ErrorKind::kConfiguration},
      {400, "ResourceNumberLimitExceededException", ErrorKind::kConfiguration},
      {400, "GlueEncryptionException", ErrorKind::kPermission},
      {404, "NoSuchBucket", ErrorKind::kConfiguration},
      {412, "PreconditionFailed", ErrorKind::kConflict},
      {400, "ConcurrentModificationException", ErrorKind::kConflict},
      {400, "AccessControlListNotSupported", ErrorKind::kConfiguration},
      {501, "NotImplemented", ErrorKind::kUnsupported},
      {418, "Unheard", ErrorKind::kConfiguration},
      {400, "", ErrorKind::kConfiguration},
  };
  for (const auto& [status, code, kind] : cases) {
    server_.Play(Times(1, Fault::Error(status, code)));
    const int before = server_.num_requests();
    const AwsAnswer answer = Ask();
    EXPECT_THAT(answer.status, HasKind(kind)) << code;
    EXPECT_EQ(answer.error_code, code);
    const bool says_what_to_do = KindOf(answer.status) != ErrorKind::kConfiguration ||
                                 !HintOf(answer.status).empty();
    EXPECT_TRUE(says_what_to_do) << code;
    EXPECT_EQ(server_.num_requests() - before, 1) << code;
    EXPECT_EQ(answer.is_outcome_unknown, status >= 500) << code;
  }
}

TEST_F(AwsClientTest, ReadsTheErrorsOfJsonServices) {
  Fault fault{.kind = Fault::Kind::kAnswer};
  fault.answer = {.status = 400,
                  .headers = {{"x-amzn-RequestId", "id-7"}},
                  .body = R"({"__type":"com.amazonaws.glue#EntityNotFoundException",)"
                          R"("Message":"Table orders not found."})"};
  server_.Play(Times(1, fault));
  const AwsAnswer answer = Ask();
  EXPECT_EQ(answer.error_code, "EntityNotFoundException");
  EXPECT_EQ(answer.status.message(),
            "glue:GetTable on table raw.orders: EntityNotFoundException: Table orders "
            "not found. (HTTP 400), request id id-7");
}

TEST_F(AwsClientTest, ReadsTheErrorOfAHeadFromItsHeader) {
  Fault fault{.kind = Fault::Kind::kAnswer};
  fault.answer = {.status = 400, .headers = {{"x-amz-error-code", "ExpiredToken"}}};
  server_.Play(Times(1, fault));
  AwsClient client(transport_, credentials_, Options());
  EXPECT_OK(
      client.Call({.action = "s3:GetObject", .resource = "s3://b/k", .method = "HEAD"})
          .status);
  EXPECT_EQ(credentials_->num_refusals, 1);
}

TEST_F(AwsClientTest, RefreshesExpiredCredentialsOnce) {
  server_.Play(Times(1, Fault::Error(400, "ExpiredToken")));
  EXPECT_OK(Ask().status);
  EXPECT_EQ(credentials_->num_refusals, 1);
  EXPECT_EQ(credentials_->refused, "KEY0");
  EXPECT_EQ(credentials_->num_gets, 2) << "before each signing";

  server_.Play(Times(2, Fault::Error(400, "ExpiredToken")));
  EXPECT_THAT(Ask().status, HasKind(ErrorKind::kAuthentication));
  EXPECT_EQ(credentials_->num_refusals, 2) << "once, not for ever";
}

TEST_F(AwsClientTest, LearnsTheTimeFromTheAnswer) {
  std::vector<std::string> dates;
  server_.Play([&dates](const FaultProxy::Request& request) {
    dates.emplace_back(
        HttpResponse{.headers = request.headers}.Header("x-amz-date").value_or(""));
    if (dates.back().starts_with("20300102")) return Success();
    Fault fault = Fault::Error(403, "RequestTimeTooSkewed");
    fault.answer.headers = {{"Date", "Wed, 02 Jan 2030 03:04:05 GMT"}};
    return fault;
  });
  AwsClient client(transport_, credentials_, Options());
  for (int i = 0; i < 2; ++i) {
    EXPECT_OK(client.CallJson("a", "b", "c", "{}").status);
  }
  EXPECT_EQ(dates.size(), 3) << "learnt once";
}

TEST_F(AwsClientTest, SaysThatTheClockIsWrongWhenItsCorrectionDoesNotHelp) {
  server_.Play([](const auto&) { return Fault::Error(403, "RequestTimeTooSkewed"); });
  const AwsAnswer answer = Ask();
  EXPECT_THAT(answer.status, HasKind(ErrorKind::kAuthentication));
  EXPECT_THAT(HintOf(answer.status), HasSubstr("clock"));
}

TEST_F(AwsClientTest, KnowsThatASuccessMayBeAnError) {
  Fault fault{.kind = Fault::Kind::kAnswer};
  fault.answer = {.status = 200,
                  .body =
                      "  \n<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code>"
                      "<Message>We encountered an internal error.</Message></Error>"};
  AwsClient client(transport_, credentials_, Options());
  const AwsRequest request{
      .action = "s3:PutObject", .resource = "s3://b/k", .may_fail_in_body = true};
  server_.Play(Times(2, fault));
  EXPECT_OK(client.Call(request).status) << "repeated";
  server_.Play(Times(100, fault));
  const AwsAnswer answer = client.Call(request);
  EXPECT_THAT(answer.status, HasKind(ErrorKind::kUnavailable));
  EXPECT_TRUE(answer.is_outcome_unknown);
}

TEST_F(AwsClientTest, GivesUpWhenTheBudgetIsSpent) {
  server_.Play([](const auto&) { return Fault::Error(503, "SlowDown"); });
  AwsClientOptions options = Options();
  options.max_attempts = 1000;
  AwsClient client(transport_, credentials_, options);
  const AwsAnswer answer = client.CallJson("a", "b", "c", "{}");
  EXPECT_THAT(answer.status, HasKind(ErrorKind::kUnavailable));
  EXPECT_EQ(server_.num_requests(), 101);
  EXPECT_THAT(client.CallJson("a", "b", "c", "{}").status,
              HasKind(ErrorKind::kUnavailable));
  EXPECT_EQ(server_.num_requests(), 102) << "no repetition is left for the next call";
}

TEST_F(AwsClientTest, KeepsRequestsFewWhenAThirdFails) {
  // Promise A1: at most three times as many requests as calls.
  server_.Play([random = 12345U](const auto&) mutable {
    random = random * 1664525U + 1013904223U;
    return random >> 24 < 77 ? Fault::Error(503, "SlowDown") : Success();
  });
  AwsClient client(transport_, credentials_, Options());
  constexpr int kCalls = 500;
  int failures = 0;
  for (int i = 0; i < kCalls; ++i) {
    failures += client.CallJson("a", "b", "c", "{}").status.ok() ? 0 : 1;
  }
  EXPECT_LT(failures, kCalls / 50);
  EXPECT_LT(server_.num_requests(), kCalls * 2);
}

TEST_F(AwsClientTest, EndsWaitingWhenStopped) {
  std::stop_source source;
  server_.Play([&source](const auto&) {
    source.request_stop();
    return Fault::Error(503, "SlowDown");
  });
  AwsClientOptions options = Options();
  options.first_wait = std::chrono::hours(1);
  options.longest_wait = std::chrono::hours(1);
  options.deadline = std::chrono::hours(10);
  AwsClient client(transport_, credentials_, options);
  EXPECT_THAT(client.CallJson("a", "b", "c", "{}", "1.1", source.get_token()).status,
              HasKind(ErrorKind::kInterrupted));
}

// Nobody answers in these tests. Without an end of its own, an attempt waits for half a
// minute, and is repeated.
class SilentServiceTest : public AwsClientTest {
 protected:
  void SetUp() override {
    AwsClientTest::SetUp();
    server_.Play([this](const auto&) {
      if (source_.has_value()) source_->request_stop();
      return Fault{.kind = Fault::Kind::kSilence};
    });
  }

  AwsClient Client() const {
    AwsClientOptions options = Options();
    options.brief_deadline = std::chrono::milliseconds(200);
    return {transport_, credentials_, options};
  }
  bool IsLate() const {
    return std::chrono::steady_clock::now() - start_ > std::chrono::seconds(20);
  }

  std::optional<std::stop_source> source_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

TEST_F(SilentServiceTest, BriefCallsEndSoonAllTogether) {
  AwsClient client = Client();
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(client.CallBriefly({.action = "s3:AbortMultipartUpload"}).status,
                HasKind(ErrorKind::kTimeout));
  }
  EXPECT_FALSE(IsLate());
  EXPECT_LE(server_.num_requests(), 4) << "the others are not tried";
  server_.Play([](const auto&) { return Success(); });
  EXPECT_OK(client.CallJson("a", "b", "c", "{}").status);
  EXPECT_OK(client.CallBriefly({.action = "s3:AbortMultipartUpload"}).status)
      << "the service is back";
}

TEST_F(SilentServiceTest, AStopMakesBriefWhatItMustNotEnd) {
  source_.emplace();
  const AwsAnswer answer =
      Client().Finish({.action = "s3:PutObject"}, source_->get_token());
  EXPECT_THAT(answer.status, HasKind(ErrorKind::kInterrupted));
  EXPECT_TRUE(answer.is_outcome_unknown);
  EXPECT_TRUE(answer.had_unknown_outcome) << "also of the attempt that was stopped";
  EXPECT_FALSE(IsLate());
}

TEST_F(AwsClientTest, WhatAStopMustNotEndIsDoneAllTheSame) {
  std::stop_source source;
  server_.Play([&source](const auto&) {
    const bool is_first = source.request_stop();
    return is_first ? Fault{.kind = Fault::Kind::kSilence} : Success();
  });
  AwsClient client(transport_, credentials_, Options());
  const AwsAnswer answer = client.Finish({.action = "s3:PutObject"}, source.get_token());
  EXPECT_OK(answer.status);
  EXPECT_TRUE(answer.had_unknown_outcome);
}

TEST_F(AwsClientTest, ShowsNoSecretEvenIfTheServiceDoes) {
  server_.Play([](const FaultProxy::Request& request) {
    std::string everything = "canary-secret canary-token ";
    for (const auto& [name, value] : request.headers) everything += value + " ";
    return Fault::Error(403, "SignatureDoesNotMatch", everything);
  });
  const AwsAnswer answer = Ask();
  EXPECT_THAT(answer.status, HasKind(ErrorKind::kAuthentication));
  EXPECT_THAT(RenderError(answer.status), Not(HasSubstr("canary")));
}

TEST_F(AwsClientTest, HidesASecretThatIsPartOfWhatReplacesIt) {
  server_.Play([](const auto&) { return Fault::Error(403, "AccessDenied", "a secret"); });
  AwsClient client(transport_,
                   FixedAwsCredentials(
                       {.access_key_id = "KEY", .secret_access_key = Secret("secret")}),
                   Options());
  const AwsAnswer answer = client.CallJson("a", "b", "c", "{}");
  EXPECT_THAT(answer.status.message(), HasSubstr("a (secret) (HTTP 403)"));
}

TEST_F(AwsClientTest, SendsNothingWithoutCredentials) {
  class None : public AwsCredentialsProvider {
   public:
    arrow::Result<AwsCredentials> Get() override {
      return MakeError(ErrorKind::kAuthentication, "finding credentials: none");
    }
    void Refuse(const AwsCredentials& /*credentials*/) override {}
  };
  AwsClient client(transport_, std::make_shared<None>(), Options());
  EXPECT_THAT(client.CallJson("a", "b", "c", "{}").status,
              HasKind(ErrorKind::kAuthentication));
  EXPECT_EQ(server_.num_requests(), 0);
}

}  // namespace
}  // namespace carmilla
