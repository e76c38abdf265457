#include <chrono>
#include <thread>

#include "http/http_transport.h"
#include "testing/fault_proxy.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Fault Echo(const FaultProxy::Request& request) {
  Fault fault{.kind = Fault::Kind::kAnswer};
  fault.answer.status = 200;
  fault.answer.headers = {{"X-Method", request.method}, {"x-TARGET", request.target}};
  fault.answer.body = request.body;
  return fault;
}

Fault Always(Fault::Kind kind) {
  Fault fault{.kind = kind};
  fault.answer = {.status = 200, .body = "0123456789"};
  return fault;
}

class CurlTransportTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_OK_AND_ASSIGN(transport_, OpenCurlTransport()); }

  HttpOutcome Get(const std::string& url, const HttpLimits& limits = {}) {
    return transport_->Exchange({.url = url, .limits = limits}, {});
  }

  FaultProxy server_{"", nullptr, &Echo};
  std::shared_ptr<HttpTransport> transport_;
};

TEST_F(CurlTransportTest, SendsMethodTargetAndBody) {
  const std::string body = std::string(1, '\0') + std::string(3 << 20, 'x');
  for (const char* method : {"GET", "POST", "PUT", "DELETE"}) {
    const bool has_body = method[0] == 'P';
    ASSERT_OK_AND_ASSIGN(
        const HttpResponse response,
        transport_->Send({.method = method,
                          .url = server_.url() + "/a/../b%20c?d=%2F",
                          .headers = {{"X-Empty", ""}},
                          .body = has_body ? std::string_view(body) : ""}));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.Header("X-METHOD"), method);
    EXPECT_EQ(response.Header("x-target"), "/a/../b%20c?d=%2F") << "as it was written";
    EXPECT_EQ(response.Header("missing"), std::nullopt);
    EXPECT_TRUE(response.body == (has_body ? body : ""));
  }
}

TEST_F(CurlTransportTest, KeepsTheBodyOfErrorsAndFollowsNoRedirect) {
  server_.Play([](const auto&) {
    Fault fault{.kind = Fault::Kind::kAnswer};
    fault.answer = {
        .status = 301, .headers = {{"Location", "http://127.0.0.1:1/"}}, .body = "moved"};
    return fault;
  });
  const HttpOutcome outcome = Get(server_.url());
  ASSERT_OK(outcome.status);
  EXPECT_EQ(outcome.response.status, 301);
  EXPECT_EQ(outcome.response.body, "moved");
  EXPECT_EQ(server_.num_requests(), 1);
}

TEST_F(CurlTransportTest, TellsWhetherARequestMayHaveArrived) {
  const HttpOutcome refused = Get("http://127.0.0.1:1/secret?token=canary");
  EXPECT_THAT(refused.status, HasKind(ErrorKind::kUnavailable));
  EXPECT_FALSE(refused.may_have_arrived);
  EXPECT_THAT(refused.status.message(), Not(HasSubstr("canary")));

  const HttpOutcome unknown = Get("http://no-such-host.invalid/");
  EXPECT_THAT(unknown.status, HasKind(ErrorKind::kUnavailable));
  EXPECT_FALSE(unknown.may_have_arrived);

  server_.Play([](const auto&) { return Always(Fault::Kind::kLoseRequest); });
  const HttpOutcome lost = Get(server_.url());
  EXPECT_THAT(lost.status, HasKind(ErrorKind::kConnectionLost));
  EXPECT_TRUE(lost.may_have_arrived);
}

TEST_F(CurlTransportTest, EndsASlowTransfer) {
  FaultProxy slow(server_.url(), transport_,
                  [](const auto&) { return Always(Fault::Kind::kStallBody); });
  ASSERT_OK_AND_ASSIGN(const auto transport, OpenCurlTransport());
  server_.Play([](const auto&) { return Always(Fault::Kind::kAnswer); });
  const HttpOutcome outcome =
      transport->Exchange({.url = slow.url(),
                           .limits = {.low_speed_bytes_per_second = 1000,
                                      .low_speed_time = std::chrono::seconds(1)}},
                          {});
  EXPECT_THAT(outcome.status, HasKind(ErrorKind::kTimeout));
  EXPECT_TRUE(outcome.may_have_arrived);
}

TEST_F(CurlTransportTest, NoticesACutBody) {
  FaultProxy cutting(server_.url(), transport_,
                     [](const auto&) { return Always(Fault::Kind::kCutBody); });
  ASSERT_OK_AND_ASSIGN(const auto transport, OpenCurlTransport());
  server_.Play([](const auto&) { return Always(Fault::Kind::kAnswer); });
  const HttpOutcome outcome = transport->Exchange({.url = cutting.url()}, {});
  EXPECT_THAT(outcome.status, HasKind(ErrorKind::kConnectionLost));
}

TEST_F(CurlTransportTest, EndsAtOnceWhenStopped) {
  FaultProxy slow(server_.url(), transport_,
                  [](const auto&) { return Always(Fault::Kind::kStallBody); });
  ASSERT_OK_AND_ASSIGN(const auto transport, OpenCurlTransport());
  server_.Play([](const auto&) { return Always(Fault::Kind::kAnswer); });
  std::stop_source source;
  std::thread stopper([&] {
    while (slow.num_requests() == 0) std::this_thread::yield();
    source.request_stop();
  });
  const HttpOutcome outcome =
      transport->Exchange({.url = slow.url()}, source.get_token());
  stopper.join();
  EXPECT_THAT(outcome.status, HasKind(ErrorKind::kInterrupted));
}

TEST_F(CurlTransportTest, RefusesAnswersThatAreTooLarge) {
  server_.Play([](const auto&) { return Always(Fault::Kind::kAnswer); });
  EXPECT_THAT(Get(server_.url(), {.largest_answer_bytes = 9}).status,
              HasKind(ErrorKind::kIo));
  EXPECT_OK(Get(server_.url(), {.largest_answer_bytes = 10}).status);
}

TEST_F(CurlTransportTest, SpeaksOnlyHttp) {
  EXPECT_THAT(Get("file:///etc/passwd").status, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(OpenCurlTransport({.ca_file = "/no/such/file"}),
              HasKind(ErrorKind::kConfiguration));
}

TEST_F(CurlTransportTest, GoesThroughAProxy) {
  ASSERT_OK_AND_ASSIGN(const auto transport, OpenCurlTransport({.proxy = server_.url()}));
  ASSERT_OK_AND_ASSIGN(const HttpResponse response,
                       transport->Send({.url = "http://somewhere.invalid/x"}));
  EXPECT_EQ(response.Header("x-target"), "http://somewhere.invalid/x");
}

}  // namespace
}  // namespace carmilla
