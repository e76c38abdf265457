#include "engine/task_channel.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <arrow/io/interfaces.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/dictionary.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "core/error.h"

namespace carmilla {
namespace {

/// So that every value of a batch is aligned in the memory that it is received into.
constexpr int kAlignment = 64;
/// Only a process that has overwritten its memory asks for more.
constexpr uint64_t kMostOfRows = 1ULL << 40;
constexpr uint64_t kMostOfOthers = 16ULL << 20;

/// What goes before a message.
struct Lengths {
  uint32_t header = 0;
  uint64_t schema = 0;
  uint64_t rows = 0;
};

arrow::Status SocketError(const std::string& doing, int error) {
  return MakeError(ErrorKind::kIo, doing + " the other process of a task: " +
                                       std::system_category().message(error));
}

arrow::Status NoMessage() {
  return MakeError(ErrorKind::kCorruptData,
                   "receiving from the other process of a task: no message");
}

arrow::Status SendAll(int socket, std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) {
      return MakeError(ErrorKind::kConnectionLost,
                       "sending to the other process of a task: it has ended");
    }
    if (sent < 0) return SocketError("sending to", errno);
    bytes = bytes.subspan(static_cast<size_t>(sent));
  }
  return arrow::Status::OK();
}

/// False when the other end is closed before all of `bytes` came.
arrow::Result<bool> ReceiveAll(int socket, std::span<char> bytes) {
  while (!bytes.empty()) {
    const ssize_t received = ::recv(socket, bytes.data(), bytes.size(), MSG_WAITALL);
    if (received < 0 && errno == EINTR) continue;
    if (received == 0 || (received < 0 && errno == ECONNRESET)) return false;
    if (received < 0) return SocketError("receiving from", errno);
    bytes = bytes.subspan(static_cast<size_t>(received));
  }
  return true;
}

/// Lets Arrow write a batch from its own buffers.
class SocketStream final : public arrow::io::OutputStream {
 public:
  explicit SocketStream(int socket) : socket_(socket) {}

  using arrow::io::OutputStream::Write;
  arrow::Status Write(const void* data, int64_t num_bytes) override {
    sent_ += num_bytes;
    return SendAll(socket_,
                   {static_cast<const char*>(data), static_cast<size_t>(num_bytes)});
  }
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  arrow::Result<int64_t> Tell() const override { return sent_; }

 private:
  const int socket_;
  int64_t sent_ = 0;
};

/// Null for a part of no bytes; nothing when the other end is closed.
arrow::Result<std::optional<std::shared_ptr<arrow::Buffer>>> ReceivePart(int socket,
                                                                         uint64_t bytes) {
  if (bytes == 0) return std::shared_ptr<arrow::Buffer>();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> part,
                        arrow::AllocateBuffer(static_cast<int64_t>(bytes)));
  auto* const data = reinterpret_cast<char*>(part->mutable_data());
  ARROW_ASSIGN_OR_RAISE(const bool is_whole, ReceiveAll(socket, {data, bytes}));
  if (!is_whole) return std::nullopt;
  return part;
}

arrow::ipc::IpcWriteOptions WriteOptions() {
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  options.alignment = kAlignment;
  options.use_threads = false;
  return options;
}

}  // namespace

arrow::Status TaskChannel::Send(const Json& header, const arrow::Schema* schema,
                                const arrow::RecordBatch* rows) {
  const std::vector<uint8_t> packed = Json::to_cbor(header);
  std::shared_ptr<arrow::Buffer> packed_schema;
  if (schema != nullptr) {
    ARROW_ASSIGN_OR_RAISE(packed_schema, arrow::ipc::SerializeSchema(*schema));
  }
  const arrow::ipc::IpcWriteOptions options = WriteOptions();
  arrow::ipc::IpcPayload payload;
  Lengths lengths{.header = static_cast<uint32_t>(packed.size())};
  if (schema != nullptr) lengths.schema = static_cast<uint64_t>(packed_schema->size());
  if (rows != nullptr) {
    ARROW_RETURN_NOT_OK(arrow::ipc::GetRecordBatchPayload(*rows, options, &payload));
    lengths.rows = static_cast<uint64_t>(arrow::ipc::GetPayloadSize(payload, options));
  }
  const std::scoped_lock lock(sending_);
  SocketStream stream(descriptor());
  ARROW_RETURN_NOT_OK(stream.Write(&lengths, sizeof lengths));
  ARROW_RETURN_NOT_OK(stream.Write(packed.data(), static_cast<int64_t>(packed.size())));
  if (schema != nullptr) ARROW_RETURN_NOT_OK(stream.Write(packed_schema));
  if (rows == nullptr) return arrow::Status::OK();
  int32_t metadata_length = 0;
  return arrow::ipc::WriteIpcPayload(payload, options, &stream, &metadata_length);
}

// Not const: what is received is gone.
// NOLINTNEXTLINE(readability-make-member-function-const)
arrow::Result<std::optional<TaskMessage>> TaskChannel::Receive() {
  Lengths lengths;
  ARROW_ASSIGN_OR_RAISE(
      const bool is_whole,
      ReceiveAll(descriptor(), {reinterpret_cast<char*>(&lengths), sizeof lengths}));
  if (!is_whole) return std::nullopt;
  const uint64_t others = std::max<uint64_t>(lengths.header, lengths.schema);
  if (others > kMostOfOthers || lengths.rows > kMostOfRows) return NoMessage();
  ARROW_ASSIGN_OR_RAISE(const auto header, ReceivePart(descriptor(), lengths.header));
  if (!header.has_value()) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(const auto schema, ReceivePart(descriptor(), lengths.schema));
  if (!schema.has_value()) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(const auto rows, ReceivePart(descriptor(), lengths.rows));
  if (!rows.has_value()) return std::nullopt;
  TaskMessage message{.header = Json(), .schema = *schema, .rows = *rows};
  if (*header != nullptr) {
    const std::span<const uint8_t> packed((*header)->data(),
                                          static_cast<size_t>((*header)->size()));
    message.header = Json::from_cbor(packed.begin(), packed.end(), /*strict=*/true,
                                     /*allow_exceptions=*/false);
  }
  if (!message.header.is_object()) return NoMessage();
  return message;
}

void TaskChannel::StopReceiving() const { ::shutdown(descriptor(), SHUT_RD); }

void TaskChannel::ShutDown() const { ::shutdown(descriptor(), SHUT_RDWR); }

arrow::Result<std::shared_ptr<arrow::Schema>> SchemaOf(const TaskMessage& message) {
  if (message.schema == nullptr) {
    return MakeError(ErrorKind::kCorruptData,
                     "receiving from the other process of a task: no schema");
  }
  arrow::io::BufferReader reader(message.schema);
  arrow::ipc::DictionaryMemo dictionaries;
  return arrow::ipc::ReadSchema(&reader, &dictionaries);
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> RowsOf(
    const TaskMessage& message, const std::shared_ptr<arrow::Schema>& schema) {
  if (message.rows == nullptr) {
    return MakeError(ErrorKind::kCorruptData,
                     "receiving from the other process of a task: no rows");
  }
  arrow::io::BufferReader reader(message.rows);
  const arrow::ipc::DictionaryMemo dictionaries;
  auto options = arrow::ipc::IpcReadOptions::Defaults();
  options.use_threads = false;
  return arrow::ipc::ReadRecordBatch(schema, &dictionaries, options, &reader);
}

}  // namespace carmilla
