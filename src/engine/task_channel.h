#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include <arrow/buffer.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "core/json.h"
#include "store/posix_file.h"

namespace carmilla {

/// A message between a run and the process of one of its tasks. It never leaves the
/// machine, and the same program is at both ends.
struct TaskMessage {
  Json header = Json::object();
  std::shared_ptr<arrow::Buffer> schema;  ///< Of Arrow IPC; null if there is none.
  std::shared_ptr<arrow::Buffer> rows;  ///< A batch of Arrow IPC; null if there is none.
};

/// One end of the socket between a run and the process of a task.
///
/// On the wire a message is the lengths of its three parts (32 bits for the header, 64
/// for each of the others) and the parts: the header as CBOR, which keeps texts that are
/// not UTF-8, schema and rows as Arrow IPC. Messages come whole and in their order. Both
/// methods wait without an end: who must not wait closes the other end. Send may be
/// called from any thread, Receive from one at a time.
class TaskChannel {
 public:
  explicit TaskChannel(FileDescriptor socket) : socket_(std::move(socket)) {}

  int descriptor() const { return socket_.get(); }

  /// kConnectionLost when nobody is at the other end any more.
  arrow::Status Send(const Json& header, const arrow::Schema* schema = nullptr,
                     const arrow::RecordBatch* rows = nullptr);

  /// Nothing when the other end is closed, also in the middle of a message; kCorruptData
  /// for what is no message.
  arrow::Result<std::optional<TaskMessage>> Receive();

  /// From now on nothing is received, and who sends at the other end is told so.
  void StopReceiving() const;
  /// Ends what waits in Receive and Send, here and at the other end. Any thread.
  void ShutDown() const;

 private:
  const FileDescriptor socket_;
  std::mutex sending_;
};

/// The schema of a message that must have one; kCorruptData.
arrow::Result<std::shared_ptr<arrow::Schema>> SchemaOf(const TaskMessage& message);

/// The rows of a message that must have some, which keep its memory; kCorruptData.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> RowsOf(
    const TaskMessage& message, const std::shared_ptr<arrow::Schema>& schema);

}  // namespace carmilla
