#include "http/aws_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <utility>

#include "core/log.h"
#include "core/retry.h"
#include "core/sha256.h"
#include "http/aws_error.h"

namespace carmilla {
namespace {

// As much as a hundred repetitions in a row; a call that succeeds gives back what its
// repetitions cost, and a little more.
constexpr int kWholeBudget = 500;
constexpr int kCostOfRepetition = 5;
constexpr int kCostWithoutAnswer = 10;
// Clocks that differ by less are none of the service's business.
constexpr int64_t kToleratedSeconds = 60;
constexpr int kBriefAttempts = 2;
// A server that asks for less waits for this much longer.
constexpr int kSlowDownFactor = 4;
// Bodies up to here are hashed into the signature whatever else covers them.
constexpr size_t kSmallBody = size_t{1} << 20;

bool IsWorthRepeating(const arrow::Status& status) {
  switch (KindOf(status)) {
    case ErrorKind::kUnavailable:
    case ErrorKind::kConnectionLost:
    case ErrorKind::kTimeout:
      return true;
    default:
      return false;
  }
}

void Replace(std::string* text, const std::string& secret) {
  constexpr std::string_view kShown = "(secret)";
  if (secret.empty()) return;
  for (size_t at = text->find(secret); at != std::string::npos;
       at = text->find(secret, at + kShown.size())) {
    text->replace(at, secret.size(), kShown);
  }
}

std::string HostOf(std::string_view endpoint) {
  const size_t scheme = endpoint.find("://");
  std::string_view host =
      endpoint.substr(scheme == std::string_view::npos ? 0 : scheme + 3);
  host = host.substr(0, host.find('/'));
  // As libcurl writes the header.
  if (endpoint.starts_with("https:") && host.ends_with(":443")) host.remove_suffix(4);
  if (endpoint.starts_with("http:") && host.ends_with(":80")) host.remove_suffix(3);
  return std::string(host);
}

arrow::Result<std::string> PayloadHash(const AwsRequest& request,
                                       const std::string& endpoint) {
  if (request.has_checksum_header && request.body.size() > kSmallBody &&
      endpoint.starts_with("https:")) {
    return "UNSIGNED-PAYLOAD";
  }
  ARROW_ASSIGN_OR_RAISE(const std::string digest, Sha256(request.body));
  return Hexadecimal(digest);
}

bool IsSuccess(const HttpResponse& response) {
  return response.status >= 200 && response.status < 300;
}

}  // namespace

AwsClient::AwsClient(std::shared_ptr<HttpTransport> transport,
                     std::shared_ptr<AwsCredentialsProvider> credentials,
                     AwsClientOptions options)
    : transport_(std::move(transport)),
      credentials_(std::move(credentials)),
      options_(std::move(options)),
      budget_(kWholeBudget),
      brief_milliseconds_(options_.brief_deadline.count()) {}

AwsAnswer AwsClient::Call(const AwsRequest& request, const std::stop_token& stop) {
  return Repeat(request, options_.max_attempts, options_.deadline, stop);
}

AwsAnswer AwsClient::Finish(const AwsRequest& request, const std::stop_token& stop) {
  bool may_be_done = false;
  if (!stop.stop_requested()) {
    AwsAnswer answer = Call(request, stop);
    if (answer.status.ok() || KindOf(answer.status) != ErrorKind::kInterrupted) {
      return answer;
    }
    may_be_done = answer.is_outcome_unknown || answer.had_unknown_outcome;
  }
  AwsAnswer answer = CallBriefly(request);
  answer.had_unknown_outcome = answer.had_unknown_outcome || may_be_done;
  if (!answer.status.ok() && answer.response.status == 0) {
    answer.status = MakeError(ErrorKind::kInterrupted,
                              answer.status.message() + "; it was not waited for longer");
  }
  return answer;
}

AwsAnswer AwsClient::CallBriefly(AwsRequest request) {
  const std::chrono::milliseconds left(brief_milliseconds_.load());
  if (left.count() <= 0) {
    return {.status = MakeError(ErrorKind::kTimeout,
                                request.action + " on " + request.resource +
                                    ": not tried, as nothing was answered before")};
  }
  HttpLimits& limits = request.limits;
  limits.deadline = std::min(limits.deadline, left / kBriefAttempts);
  limits.connect_timeout = std::min(limits.connect_timeout, limits.deadline);
  const auto start = std::chrono::steady_clock::now();
  AwsAnswer answer =
      Repeat(request, std::min(kBriefAttempts, options_.max_attempts), left, {});
  if (answer.response.status == 0) {
    brief_milliseconds_ -= std::chrono::duration_cast<std::chrono::milliseconds>(
                               std::chrono::steady_clock::now() - start)
                               .count();
  }
  return answer;
}

AwsAnswer AwsClient::Repeat(const AwsRequest& request, int max_attempts,
                            std::chrono::milliseconds deadline,
                            const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  bool was_refreshed = false;
  bool was_corrected = false;
  bool had_unknown_outcome = false;
  int spent = 0;
  for (int attempt = 1;; ++attempt) {
    AwsAnswer answer;
    const auto credentials = credentials_->Get();
    if (!credentials.ok()) {
      answer.status = credentials.status();
      answer.had_unknown_outcome = had_unknown_outcome;
      return answer;
    }
    AwsCure cure = AwsCure::kNone;
    answer = Attempt(request, *credentials, stop, &cure);
    answer.had_unknown_outcome = had_unknown_outcome;
    if (answer.status.ok()) {
      RefillBudget(spent);
      return answer;
    }
    LogDebug("attempt " + std::to_string(attempt) + ": " + answer.status.message());
    had_unknown_outcome = had_unknown_outcome || answer.is_outcome_unknown;
    if (cure == AwsCure::kNone || attempt >= max_attempts) return answer;
    if (cure == AwsCure::kRefresh) {
      if (std::exchange(was_refreshed, true)) return answer;
      credentials_->Refuse(*credentials);
      continue;
    }
    if (cure == AwsCure::kCorrectClock) {
      if (std::exchange(was_corrected, true) || !LearnClock(answer.response)) {
        return answer;
      }
      continue;
    }
    const int cost = answer.response.status == 0 ? kCostWithoutAnswer : kCostOfRepetition;
    const auto wait =
        WaitBefore({.first_wait = options_.first_wait *
                                  (cure == AwsCure::kSlowDown ? kSlowDownFactor : 1),
                    .longest_wait = options_.longest_wait},
                   attempt, RandomFraction());
    if (std::chrono::steady_clock::now() + wait > end || !SpendBudget(cost)) {
      return answer;
    }
    spent = cost;
    if (!SleepUnlessStopped(wait, stop)) {
      answer.status = MakeError(ErrorKind::kInterrupted,
                                request.action + " on " + request.resource + ": stopped");
      answer.is_outcome_unknown = had_unknown_outcome;
      return answer;
    }
  }
}

AwsAnswer AwsClient::CallJson(std::string_view action, std::string_view resource,
                              std::string_view target, std::string_view body,
                              std::string_view version, const std::stop_token& stop) {
  return Call(JsonRequest(action, resource, target, body, version), stop);
}

AwsRequest AwsClient::JsonRequest(std::string_view action, std::string_view resource,
                                  std::string_view target, std::string_view body,
                                  std::string_view version) {
  return {.action = std::string(action),
          .resource = std::string(resource),
          .headers = {{"Content-Type", "application/x-amz-json-" + std::string(version)},
                      {"X-Amz-Target", std::string(target)}},
          .body = body};
}

AwsAnswer AwsClient::Attempt(const AwsRequest& request, const AwsCredentials& credentials,
                             const std::stop_token& stop, AwsCure* cure) {
  AwsAnswer answer;
  const auto signed_request = Sign(request, credentials);
  if (!signed_request.ok()) {
    answer.status = signed_request.status();
    return answer;
  }
  HttpOutcome outcome = transport_->Exchange(*signed_request, stop);
  if (!outcome.status.ok()) {
    answer.status =
        WithContext(outcome.status, request.action + " on " + request.resource);
    answer.is_outcome_unknown = outcome.may_have_arrived;
    if (IsWorthRepeating(outcome.status)) *cure = AwsCure::kRepeat;
    return answer;
  }
  answer.response = std::move(outcome.response);
  const bool is_success = IsSuccess(answer.response);
  if (is_success && !(request.may_fail_in_body && IsErrorInBody(answer.response))) {
    return answer;
  }
  AwsError error = ReadAwsError(answer.response);
  Replace(&error.message, credentials.secret_access_key.Reveal());
  Replace(&error.message, credentials.session_token.Reveal());
  // An error in a success is one of the service.
  const int http_status = is_success ? 500 : answer.response.status;
  *cure = CureOf(error.code, http_status);
  answer.error_code = error.code;
  answer.is_outcome_unknown = http_status >= 500;
  answer.status = AwsStatus(error, http_status, request.action, request.resource);
  return answer;
}

arrow::Result<HttpRequest> AwsClient::Sign(const AwsRequest& request,
                                           const AwsCredentials& credentials) const {
  SignableRequest signable{.method = request.method,
                           .path = request.path,
                           .query = request.query,
                           .headers = request.headers};
  signable.headers.emplace_back("Host", HostOf(options_.endpoint));
  ARROW_ASSIGN_OR_RAISE(signable.payload_sha256, PayloadHash(request, options_.endpoint));
  const AwsScope scope{
      .region = options_.region,
      .service = options_.service,
      .time = options_.now() + std::chrono::seconds(clock_offset_seconds_.load())};
  ARROW_ASSIGN_OR_RAISE(HttpHeaders added, SignedHeaders(signable, credentials, scope));
  HttpRequest sent{.method = request.method,
                   .url = options_.endpoint + UriEncode(request.path, true),
                   .headers = request.headers,
                   .body = request.body,
                   .limits = request.limits};
  if (!request.query.empty()) sent.url += "?" + CanonicalQuery(request.query);
  sent.headers.insert(sent.headers.end(), added.begin(), added.end());
  return sent;
}

bool AwsClient::LearnClock(const HttpResponse& response) {
  const auto date = response.Header("date");
  if (!date.has_value()) return false;
  const std::time_t theirs = curl_getdate(std::string(*date).c_str(), nullptr);
  if (theirs < 0) return false;
  const int64_t offset = theirs - std::chrono::system_clock::to_time_t(options_.now());
  if (std::abs(offset - clock_offset_seconds_.load()) < kToleratedSeconds) return false;
  if (clock_offset_seconds_.exchange(offset) != offset) {
    LogWarning("the clock of " + HostOf(options_.endpoint) + " differs from ours by " +
               std::to_string(offset) + " s; its time is used for signing");
  }
  return true;
}

bool AwsClient::SpendBudget(int cost) {
  int left = budget_.load();
  while (left >= cost) {
    if (budget_.compare_exchange_weak(left, left - cost)) return true;
  }
  return false;
}

void AwsClient::RefillBudget(int spent) {
  brief_milliseconds_ = options_.brief_deadline.count();
  const int gain = std::max(spent, 1);
  int left = budget_.load();
  while (!budget_.compare_exchange_weak(left, std::min(left + gain, kWholeBudget))) {
  }
}

}  // namespace carmilla
