#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include <arrow/result.h>

#include "http/aws_credentials.h"
#include "http/aws_error.h"
#include "http/aws_signature.h"
#include "http/http_transport.h"

namespace carmilla {

/// What one service asks of its client.
struct AwsClientOptions {
  std::string service;  ///< As it stands in signatures: `s3`, `glue`, `sts`.
  std::string region;
  /// Scheme, host and port: `https://glue.eu-west-1.amazonaws.com`.
  std::string endpoint;
  int max_attempts = 8;
  std::chrono::milliseconds first_wait{100};
  std::chrono::milliseconds longest_wait{8000};
  /// For one call with all its attempts and waits.
  std::chrono::milliseconds deadline = std::chrono::minutes(5);
  /// For all brief calls together, as long as the service does not answer.
  std::chrono::milliseconds brief_deadline = std::chrono::seconds(10);
  /// For tests.
  std::function<std::chrono::system_clock::time_point()> now = [] {
    return std::chrono::system_clock::now();
  };
};

struct AwsRequest {
  std::string action;    ///< For messages, as IAM spells it: `s3:PutObject`.
  std::string resource;  ///< For messages: `s3://bucket/key`.
  std::string method = "POST";
  std::string path = "/";  ///< Not encoded.
  QueryParameters query;
  HttpHeaders headers;
  std::string_view body;  ///< Of the caller, until Call returns.
  /// A success (2xx) may turn out to be an error in its body; S3's
  /// CompleteMultipartUpload and CopyObject do that.
  bool may_fail_in_body = false;
  /// No hash of the body is signed, over TLS; a signed checksum header covers it instead.
  bool has_checksum_header = false;
  HttpLimits limits;
};

/// What became of a call.
struct AwsAnswer {
  arrow::Status status;  ///< OK: `response` is a success (2xx).
  HttpResponse response;
  std::string error_code;  ///< AWS's own: `NoSuchKey`; "" if there was none.
  /// The service may have done what it was asked for although `status` says that it
  /// failed: no answer to the last attempt came, or one that leaves it open (5xx).
  bool is_outcome_unknown = false;
  /// Of an attempt before the last one: the answer may be about the caller's own work
  /// (412 after a write whose answer was lost).
  bool had_unknown_outcome = false;
};

/// Calls one AWS service: signs each attempt with the credentials of that moment, sends,
/// repeats what a repetition may cure, translates errors. Thread safe.
///
/// Repeated by one table of error codes, with exponential waits and full jitter, as long
/// as attempts, deadline and a budget that all calls of this client share last: no
/// answer, 5xx, throttling, RequestTimeout, a clock that is wrong (its offset is learnt
/// from the answer's Date), once for expired credentials after they were refused.
/// Messages name action, resource, AWS's code and text, and the id of the request;
/// never a credential.
class AwsClient {
 public:
  AwsClient(std::shared_ptr<HttpTransport> transport,
            std::shared_ptr<AwsCredentialsProvider> credentials,
            AwsClientOptions options);
  const AwsClientOptions& options() const { return options_; }

  AwsAnswer Call(const AwsRequest& request, const std::stop_token& stop = {});

  /// Calls what must not be left half-way, such as a write that decides something. `stop`
  /// does not end it but makes it brief: the caller learns what became of it within
  /// seconds, or that it is not known (kInterrupted).
  AwsAnswer Finish(const AwsRequest& request, const std::stop_token& stop);

  /// Calls what tidies up: two attempts, and for all such calls together no longer than
  /// AwsClientOptions::brief_deadline while the service does not answer. Later ones are
  /// not tried then (kTimeout).
  AwsAnswer CallBriefly(AwsRequest request);

  /// The request of an operation of a JSON service (Glue, Athena, Secrets Manager): POST
  /// of `body` with X-Amz-Target `target` ("AWSGlue.GetTable") in JSON `version` ("1.1",
  /// "1.0").
  static AwsRequest JsonRequest(std::string_view action, std::string_view resource,
                                std::string_view target, std::string_view body,
                                std::string_view version = "1.1");
  AwsAnswer CallJson(std::string_view action, std::string_view resource,
                     std::string_view target, std::string_view body,
                     std::string_view version = "1.1", const std::stop_token& stop = {});

 private:
  AwsAnswer Repeat(const AwsRequest& request, int max_attempts,
                   std::chrono::milliseconds deadline, const std::stop_token& stop);
  AwsAnswer Attempt(const AwsRequest& request, const AwsCredentials& credentials,
                    const std::stop_token& stop, AwsCure* cure);
  arrow::Result<HttpRequest> Sign(const AwsRequest& request,
                                  const AwsCredentials& credentials) const;
  bool LearnClock(const HttpResponse& response);
  bool SpendBudget(int cost);
  void RefillBudget(int spent);

  const std::shared_ptr<HttpTransport> transport_;
  const std::shared_ptr<AwsCredentialsProvider> credentials_;
  const AwsClientOptions options_;
  std::atomic<int64_t> clock_offset_seconds_ = 0;  ///< The service's clock less ours.
  std::atomic<int> budget_;
  /// What brief calls have left before the service answers again.
  std::atomic<int64_t> brief_milliseconds_;
};

}  // namespace carmilla
