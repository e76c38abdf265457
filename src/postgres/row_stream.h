#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <stop_token>

#include <arrow/status.h>

#include "postgres/message_block.h"

namespace carmilla {

/// Who else may hold a large row now is not for the stream to know.
struct LargeRows {
  int64_t bytes = std::numeric_limits<int64_t>::max();  ///< More than these are large.
  /// Called before a large row is taken from the connection, and may wait. An error ends
  /// the stream; kInterrupted soon after the stop is requested. Null: none waits.
  std::function<arrow::Status(const std::stop_token&)> admit;
};

/// The messages of one `COPY ... TO STDOUT`, as a server sends them or as a test recorded
/// them.
class RowStream {
 public:
  virtual ~RowStream() = default;

  /// Replaces what `block` holds by the next CopyData messages: as many as it wants and
  /// are at hand, at least one, for which it waits; none when the server has ended the
  /// copy without error. kInterrupted soon after `stop` is requested.
  virtual arrow::Status Fill(MessageBlock& block, const std::stop_token& stop) = 0;

  /// Rows that the server says it sent, once the stream has ended; -1 if it does not say.
  virtual int64_t reported_rows() const = 0;
};

}  // namespace carmilla
