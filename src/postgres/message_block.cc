#include "postgres/message_block.h"

#include <cstring>

namespace carmilla {

void MessageBlock::Clear() {
  ends_.clear();
  written_ = kFirstMessage;
  if (buffer_.capacity() > kMostKeptBytes) {
    buffer_ = GrowingBuffer();
    room_end_ = 0;
  }
}

arrow::Status MessageBlock::Grow(int64_t bytes) {
  ARROW_RETURN_NOT_OK(buffer_.Reserve(written_ + bytes + kCopySlack));
  static_assert(kCopyNull == -1);
  std::memset(buffer_.data(), 0xff, kFirstMessage);
  room_end_ = buffer_.capacity() - kCopySlack;
  return arrow::Status::OK();
}

arrow::Status MessageBlock::Add(std::string_view message) {
  ARROW_RETURN_NOT_OK(MakeRoom(static_cast<int64_t>(message.size())));
  message.copy(space(), message.size());
  Extend(static_cast<int64_t>(message.size()));
  EndMessage();
  return arrow::Status::OK();
}

}  // namespace carmilla
