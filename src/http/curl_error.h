#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <string>
#include <string_view>

#include <arrow/status.h>

namespace carmilla {

/// Scheme, host and port of a URL: what messages name. Never a path, a query or what
/// stands before an `@`.
std::string PlaceOf(std::string_view url);

/// Translates what libcurl says of a failed transfer. `reason` is its own text. A timeout
/// before anything was sent is kUnavailable.
arrow::Status CurlError(CURLcode code, std::string_view reason, std::string_view url,
                        std::string_view ca_file, bool may_have_arrived);

/// An answer of more than `limit` bytes.
arrow::Status AnswerTooLarge(std::string_view url, int64_t limit);

}  // namespace carmilla
