#include "http/http_transport.h"

#include <algorithm>
#include <cctype>

namespace carmilla {
namespace {

bool EqualsIgnoringCase(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  });
}

}  // namespace

std::optional<std::string_view> HttpResponse::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (EqualsIgnoringCase(key, name)) return value;
  }
  return std::nullopt;
}

arrow::Result<HttpResponse> HttpTransport::Send(const HttpRequest& request,
                                                const std::stop_token& stop) {
  HttpOutcome outcome = Exchange(request, stop);
  ARROW_RETURN_NOT_OK(outcome.status);
  return std::move(outcome.response);
}

}  // namespace carmilla
