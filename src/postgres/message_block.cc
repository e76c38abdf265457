#include "postgres/message_block.h"

#include <cstring>

namespace carmilla {

void MessageBlock::Clear() {
  ends_.resize(1);
  written_ = kFirstMessage;
  if (buffer_.capacity() > kMostKeptBytes) {
    buffer_ = GrowingBuffer();
    room_end_ = 0;
  }
}

arrow::Status MessageBlock::Grow(int64_t bytes) {
  ARROW_RETURN_NOT_OK(buffer_.Reserve(written_ + bytes + slack_));
  static_assert(kCopyNull == -1);
  std::memset(buffer_.data(), 0xff, kFirstMessage);
  room_end_ = buffer_.capacity() - slack_;
  return arrow::Status::OK();
}

}  // namespace carmilla
