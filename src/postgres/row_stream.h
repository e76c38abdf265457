#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string_view>

#include <arrow/result.h>

namespace carmilla {

/// The messages of one `COPY ... TO STDOUT`, as a server sends them or as a test recorded
/// them.
class RowStream {
 public:
  virtual ~RowStream() = default;

  /// Returns the next CopyData message, which is valid until the next call, or nothing
  /// when the server has ended the copy without error. kInterrupted soon after `stop` is
  /// requested.
  virtual arrow::Result<std::optional<std::string_view>> Next(
      const std::stop_token& stop) = 0;

  /// Rows that the server says it sent, once the stream has ended; -1 if it does not say.
  virtual int64_t reported_rows() const = 0;
};

}  // namespace carmilla
