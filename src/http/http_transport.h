#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>

namespace carmilla {

/// Names and values in the order in which they are sent, or came.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpLimits {
  /// For name, connection and TLS together.
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
  /// A transfer ends when fewer bytes a second pass for `low_speed_time`; the time in
  /// which the server thinks counts.
  int64_t low_speed_bytes_per_second = 2048;
  std::chrono::seconds low_speed_time{30};
  /// For the whole exchange.
  std::chrono::milliseconds deadline = std::chrono::minutes(10);
  /// A larger answer is refused.
  int64_t largest_answer_bytes = int64_t{1} << 30;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;  ///< Encoded; sent as it is.
  HttpHeaders headers;
  std::string_view body;  ///< Of the caller, until Send returns.
  HttpLimits limits;
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;

  /// The value of the first header of that name, whatever its case.
  std::optional<std::string_view> Header(std::string_view name) const;
};

/// What became of one exchange: an answer, or an error and whether the server may
/// nevertheless have done what it was asked for.
struct HttpOutcome {
  arrow::Status status;  ///< OK: `response` is the server's answer, whatever it says.
  HttpResponse response;
  /// False only where the request cannot have reached the server: its effect is unknown
  /// otherwise, and the caller resolves it by reading back.
  bool may_have_arrived = true;
};

/// Sends HTTP requests. Thread safe.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;

  /// Sends one request, once. An answer of any status is a success; redirects are not
  /// followed. Errors: kUnavailable (not reached), kConfiguration (the server's
  /// certificate, the proxy or the URL is wrong), kConnectionLost, kTimeout, kIo (an
  /// answer that is none), kInterrupted when `stop` was requested, which ends a transfer
  /// at once.
  virtual HttpOutcome Exchange(const HttpRequest& request,
                               const std::stop_token& stop) = 0;

  /// The same for those who do not care whether a failed request arrived.
  arrow::Result<HttpResponse> Send(const HttpRequest& request,
                                   const std::stop_token& stop = {});
};

struct CurlTransportOptions {
  /// Certificate authorities (PEM) to trust instead of the system's; "" is the system's.
  std::string ca_file;
  /// "" takes the environment's: https_proxy, http_proxy, no_proxy.
  std::string proxy;
  /// Past every proxy, that of the environment too: to services of this machine.
  bool is_direct = false;
  std::string user_agent = "carmilla";
};

/// Opens the transport over libcurl: HTTP/1.1, connections kept for the next request, TLS
/// 1.2 or newer with the server's certificate always verified. The process must ignore
/// SIGPIPE, which OpenSSL raises when a server closes during an upload. kConfiguration if
/// `ca_file` cannot be read.
arrow::Result<std::shared_ptr<HttpTransport>> OpenCurlTransport(
    const CurlTransportOptions& options = {});

}  // namespace carmilla
