#include "http/curl_error.h"

#include "core/error.h"

namespace carmilla {
namespace {

constexpr char kReachHint[] =
    "check the endpoint, the network, the proxy and whether the service is up";

std::string TrustHint(std::string_view ca_file) {
  if (!ca_file.empty()) {
    return "the file of certificate authorities must hold the one that signed the "
           "server's certificate: " +
           std::string(ca_file);
  }
  return "for a server of your own, name the file of its certificate authority; "
         "certificates are always verified";
}

ErrorKind KindOfCode(CURLcode code, bool may_have_arrived) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PROXY:
      return ErrorKind::kUnavailable;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return ErrorKind::kConfiguration;
    case CURLE_OPERATION_TIMEDOUT:
      return may_have_arrived ? ErrorKind::kTimeout : ErrorKind::kUnavailable;
    case CURLE_OUT_OF_MEMORY:
      return ErrorKind::kOutOfMemory;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
      return ErrorKind::kConnectionLost;
    default:
      return ErrorKind::kIo;
  }
}

}  // namespace

std::string PlaceOf(std::string_view url) {
  const size_t scheme = url.find("://");
  const size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
  const size_t end = url.find_first_of("/?#", host);
  const std::string_view authority = url.substr(host, end - host);
  const size_t at = authority.rfind('@');
  return std::string(url.substr(0, host)) +
         std::string(at == std::string_view::npos ? authority : authority.substr(at + 1));
}

arrow::Status CurlError(CURLcode code, std::string_view reason, std::string_view url,
                        std::string_view ca_file, bool may_have_arrived) {
  const ErrorKind kind = KindOfCode(code, may_have_arrived);
  const std::string_view text = reason.empty() ? curl_easy_strerror(code) : reason;
  std::string hint;
  if (kind == ErrorKind::kUnavailable) hint = kReachHint;
  if (code == CURLE_PEER_FAILED_VERIFICATION) hint = TrustHint(ca_file);
  return MakeError(kind, "asking " + PlaceOf(url) + ": " + std::string(text), hint);
}

arrow::Status AnswerTooLarge(std::string_view url, int64_t limit) {
  return MakeError(ErrorKind::kIo, "asking " + PlaceOf(url) +
                                       ": the answer is larger than " +
                                       std::to_string(limit) + " bytes");
}

}  // namespace carmilla
