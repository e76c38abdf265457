#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "postgres/column_decoder.h"
#include "postgres/copy_format.h"
#include "postgres/row_stream.h"

namespace carmilla {

/// Test support: plays back the messages of a copy.
class RecordedStream : public RowStream {
 public:
  explicit RecordedStream(std::vector<std::string> messages, int64_t reported_rows = -1)
      : messages_(std::move(messages)), reported_rows_(reported_rows) {}

  arrow::Status Fill(MessageBlock& block, const std::stop_token& stop) override {
    if (stop.stop_requested()) return MakeError(ErrorKind::kInterrupted, "interrupted");
    block.Clear();
    while (next_ < messages_.size() && block.WantsMore() &&
           block.num_messages() < most_at_hand_) {
      ARROW_RETURN_NOT_OK(block.Add(messages_[next_++]));
    }
    return arrow::Status::OK();
  }

  /// Delivers at most so many messages at a time.
  void set_most_at_hand(size_t messages) { most_at_hand_ = messages; }
  int64_t reported_rows() const override { return reported_rows_; }

 private:
  std::vector<std::string> messages_;
  size_t next_ = 0;
  size_t most_at_hand_ = std::numeric_limits<size_t>::max();
  int64_t reported_rows_;
};

/// Test support: `size` bytes of `value`, big-endian.
inline std::string BigEndian(uint64_t value, int size) {
  std::string bytes;
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
    bytes += static_cast<char>(shift < 64 ? value >> shift & 0xff : 0);
  }
  return bytes;
}

/// Test support: bytes from hexadecimal digits; spaces are ignored.
inline std::string FromHex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string bytes;
  int high = -1;
  for (const char character : text) {
    if (character == ' ') continue;
    if (high < 0) {
      high = digit(character);
    } else {
      bytes += static_cast<char>(high * 16 + digit(character));
      high = -1;
    }
  }
  return bytes;
}

/// Test support: the header, a row of fields (nothing for NULL), a ctid and the trailer
/// of a copy.
inline std::string CopyHeader() { return std::string(kCopySignature) + BigEndian(0, 8); }
inline std::string CopyRow(const std::vector<std::optional<std::string>>& fields) {
  std::string row = BigEndian(fields.size(), 2);
  for (const auto& field : fields) {
    row += field.has_value() ? BigEndian(field->size(), 4) + *field : BigEndian(~0ULL, 4);
  }
  return row;
}
inline std::string Ctid(uint32_t block, uint16_t offset) {
  return BigEndian(block, 4) + BigEndian(offset, 2);
}
inline std::string CopyTrailer() { return BigEndian(~0ULL, 2); }

/// Test support: the fields of one column, and the memory that they stand in.
struct RecordedColumn {
  explicit RecordedColumn(const std::vector<std::optional<std::string>>& values)
      : bytes(BigEndian(~0ULL, kCopyLengthBytes)) {
    for (const auto& value : values) {
      places.push_back(static_cast<uint32_t>(bytes.size()));
      bytes += CopyRow({value}).substr(2);
    }
    bytes.append(kCopySlack, '\xee');
  }
  /// To be taken once.
  FieldColumn fields() {
    return {.bytes = bytes.data(),
            .places = places.data(),
            .end = static_cast<uint32_t>(std::ssize(bytes) - kCopySlack),
            .num_rows = std::ssize(places)};
  }

  std::string bytes;
  std::vector<uint32_t> places;
};

}  // namespace carmilla
