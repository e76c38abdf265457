#pragma once

#include <exception>
#include <string>
#include <string_view>

#include <arrow/status.h>

#include "core/error.h"

namespace carmilla {

/// Translates a failed status of the Parquet library. A status that already carries a
/// kind, such as one of our ObjectWriter that passed through the library, keeps it;
/// everything else is `kind`.
arrow::Status TranslateParquetStatus(const arrow::Status& status, ErrorKind kind,
                                     std::string_view doing);

/// Translates the exception that is being handled. Call inside a catch block only.
arrow::Status TranslateCurrentException(ErrorKind kind, std::string_view doing);

/// Calls `body`, which returns a Status and may throw, and translates both kinds of
/// failure.
template <typename Body>
arrow::Status GuardParquet(ErrorKind kind, std::string_view doing, Body&& body) {
  try {
    return TranslateParquetStatus(body(), kind, doing);
  } catch (...) {
    return TranslateCurrentException(kind, doing);
  }
}

}  // namespace carmilla
