#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <arrow/result.h>

#include "postgres/libpq_handle.h"
#include "postgres/row_stream.h"
#include "postgres/session.h"

namespace carmilla {

/// Receives one `COPY ... TO STDOUT (FORMAT binary)` over libpq in large pieces.
///
/// When it ends early, by an error, a stop or its destructor, the query is cancelled and
/// what is under way is drained, so that the session can be used again; a server that
/// does not answer the cancel in time loses its connection instead.
class CopyStream : public RowStream {
 public:
  /// Sends `sql` and waits until rows may come. `reading` begins error messages.
  /// `session` must outlive the stream and serve nobody else meanwhile. Of a row that is
  /// larger than `max_row_bytes` (0 for no limit) no more than its beginning may come,
  /// which is larger, too: whoever takes rows refuses it.
  static arrow::Result<std::unique_ptr<CopyStream>> Start(Session& session,
                                                          const std::string& sql,
                                                          std::string reading,
                                                          LargeRows large_rows = {},
                                                          int64_t max_row_bytes = 0);
  ~CopyStream() override;
  CopyStream(const CopyStream&) = delete;
  CopyStream& operator=(const CopyStream&) = delete;

  arrow::Status Fill(MessageBlock& block, const std::stop_token& stop) override;
  int64_t reported_rows() const override { return reported_rows_; }

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  CopyStream(Session& session, std::string reading, LargeRows large_rows,
             int64_t max_row_bytes);
  arrow::Status ReadRest(MessageBlock& block, const std::stop_token& stop);
  arrow::Status AwaitAdmission(const std::stop_token& stop);
  arrow::Status AwaitAnswer(const std::stop_token& stop);
  arrow::Status Receive(const std::stop_token& stop);
  arrow::Status TakeInput();
  void LetQueueGrow() const;
  int NumQueued() const;
  arrow::Status Finish(const std::stop_token& stop);
  arrow::Result<ResultHandle> NextResult(const std::stop_token& stop);
  void SetLowWater(int bytes);
  void Abandon(std::chrono::milliseconds patience);
  void Break();
  bool Drain(Deadline deadline);
  bool DrainRows(Deadline deadline);

  Session& session_;
  pg_conn* connection_;
  std::string reading_;
  LargeRows large_rows_;
  int64_t most_message_bytes_;  // of one that is taken; a row and what may stand before
  int64_t received_bytes_ = 0;
  int64_t reported_rows_ = -1;
  int low_water_ = 1;
  bool is_active_ = false;   // the server still has something to say
  bool is_copying_ = false;  // it has begun to copy
};

}  // namespace carmilla
