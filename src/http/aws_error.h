#pragma once

#include <string>
#include <string_view>

#include <arrow/status.h>

#include "http/http_transport.h"

namespace carmilla {

/// What to do after an error of AWS.
enum class AwsCure : uint8_t {
  kNone,
  kRepeat,        ///< Again, after a wait.
  kSlowDown,      ///< Again, after a longer wait: we ask for too much.
  kCorrectClock,  ///< Again, signed with the service's clock.
  kRefresh,       ///< Again, once, with other credentials.
};

/// One error of AWS, whichever way its service writes it (XML, JSON or headers).
struct AwsError {
  std::string code;
  std::string message;
  std::string request_id;
};

/// Reads the error of an answer; the code is "" where the answer tells none, then the
/// HTTP status says what there is to know.
AwsError ReadAwsError(const HttpResponse& response);

/// True if the body of a success is an error: `<Error>` in XML.
bool IsErrorInBody(const HttpResponse& response);

/// Looks code and HTTP status up in the one table.
AwsCure CureOf(std::string_view code, int http_status);

/// Translates an error: kind, "s3:PutObject on s3://bucket/key: AccessDenied: ... (403,
/// request ID)", hint.
arrow::Status AwsStatus(const AwsError& error, int http_status, std::string_view action,
                        std::string_view resource);

}  // namespace carmilla
