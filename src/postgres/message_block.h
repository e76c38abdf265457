#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <arrow/status.h>

#include "postgres/column_buffers.h"
#include "postgres/copy_format.h"

namespace carmilla {

/// Messages of a copy behind each other in one piece of memory: few enough to stay in the
/// processor's first cache while their columns are decoded one after the other.
/// Some bytes behind the last message may be read, and hold anything. Before the first
/// one stands a field that is NULL, for decoders of nested values to point at.
class MessageBlock {
 public:
  /// `slack` bytes behind the last message may be read.
  explicit MessageBlock(int64_t slack = kCopySlack) : slack_(slack) {}

  size_t num_messages() const { return ends_.size() - 1; }
  /// Of all messages.
  int64_t bytes() const { return End() - kFirstMessage; }
  /// Begins with the field that is NULL.
  const char* data() const { return reinterpret_cast<const char*>(buffer_.data()); }

  /// Where a message begins and ends in data().
  // NOLINTBEGIN(readability-simplify-subscript-expr): [] would check bounds each time.
  int64_t begin(size_t index) const { return ends_.data()[index]; }
  int64_t end(size_t index) const { return ends_.data()[index + 1]; }
  // NOLINTEND(readability-simplify-subscript-expr)
  /// Valid until the block changes.
  std::string_view message(size_t index) const {
    return {data() + begin(index), static_cast<size_t>(end(index) - begin(index))};
  }

  /// Forgets all messages, and memory that only a giant one needed.
  void Clear();

  bool WantsMore() const { return bytes() < kWantedBytes; }

  /// Where the next message is written, or goes on after Extend.
  char* space() { return reinterpret_cast<char*>(buffer_.data()) + written_; }
  /// Bytes that may be written there.
  int64_t room() const { return room_end_ - written_; }
  /// Enough for most messages.
  static constexpr int64_t kUsualRoom = 64 << 10;
  /// Makes room for `bytes` bytes, at least; what was written stays, elsewhere.
  arrow::Status MakeRoom(int64_t bytes) {
    return bytes <= room() ? arrow::Status::OK() : Grow(bytes);
  }
  /// Tells that `bytes` bytes were written.
  void Extend(int64_t bytes) { written_ += bytes; }
  /// What was written since the last message.
  std::string_view written() const {
    return {data() + End(), static_cast<size_t>(written_ - End())};
  }
  /// Makes a message of it.
  void EndMessage() { ends_.push_back(written_); }

  /// Adds a copy of `message`.
  arrow::Status Add(std::string_view message) {
    ARROW_RETURN_NOT_OK(MakeRoom(static_cast<int64_t>(message.size())));
    message.copy(space(), message.size());
    Extend(static_cast<int64_t>(message.size()));
    EndMessage();
    return arrow::Status::OK();
  }

 private:
  int64_t End() const { return ends_.back(); }
  arrow::Status Grow(int64_t bytes);

  static constexpr int64_t kFirstMessage = kCopyLengthBytes;
  static constexpr int64_t kWantedBytes = 16 << 10;
  static constexpr int64_t kMostKeptBytes = 1 << 20;

  int64_t slack_;
  GrowingBuffer buffer_;
  int64_t written_ = kFirstMessage;
  int64_t room_end_ = 0;
  std::vector<int64_t> ends_{kFirstMessage};  ///< The first: of what is before.
};

}  // namespace carmilla
