#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include <arrow/array/data.h>
#include <arrow/type.h>

#include "postgres/column_buffers.h"
#include "postgres/column_decoder.h"
#include "postgres/copy_format.h"
#include "postgres/decoding_error.h"

namespace carmilla {

/// Appends values of any length behind each other. A `Form` turns one wire value into
/// text: Measure returns an upper bound of its bytes or -1 to refuse, Write returns the
/// bytes written or -1 to refuse, Explain makes the error. Write may spoil kCopySlack
/// bytes behind the text.
template <typename Form>
class TextDecoder final : public ColumnDecoder {
  static constexpr int64_t kMaxOffset = std::numeric_limits<int32_t>::max();

 public:
  /// A batch holds `most_text_bytes` bytes of text at most; a value beyond them is
  /// kRowTooLarge. Only a test gives less than what 32-bit offsets reach.
  TextDecoder(std::shared_ptr<arrow::DataType> type, DecoderContext context,
              int64_t most_text_bytes = kMaxOffset)
      : type_(std::move(type)),
        context_(std::move(context)),
        most_text_bytes_(most_text_bytes),
        form_(context_) {}

  arrow::Status Reserve(int64_t rows) override {
    const int64_t length = Length();
    ARROW_RETURN_NOT_OK(offsets_.Reserve((rows + 1) * kOffsetBytes));
    end_ = Offsets() + length;
    if (length > 0) expected_bytes_ = Expected(TextBytes() * rows / length);
    if (text_.capacity() < expected_bytes_) {
      ARROW_RETURN_NOT_OK(MakeRoom(expected_bytes_ - TextBytes()));
    }
    *end_ = static_cast<int32_t>(TextBytes());
    return validity_.Reserve(rows);
  }

  int64_t Append(FieldColumn fields) override {
    char* next = text_next_;
    int32_t* offset = end_;
    uint32_t* place = fields.places;
    for (uint32_t* const end = place + fields.num_rows; place != end; ++place) {
      const char* const field = fields.bytes + *place;
      const char* const value = field + kCopyLengthBytes;
      const int32_t size = LoadInt32(field);
      // One comparison finds NULL, other negative lengths and those beyond the end.
      const uint64_t behind =
          uint64_t{*place} + kCopyLengthBytes + static_cast<uint32_t>(size);
      if (behind > fields.end) {
        if (!AppendNull(fields, place - fields.places)) break;
      } else {
        *place = static_cast<uint32_t>(behind);
        const int64_t bound = form_.Measure(value, size);
        // A refused value has a bound of -1, beyond any room.
        if (static_cast<uint64_t>(bound) > static_cast<uint64_t>(text_end_ - next))
            [[unlikely]] {
          text_next_ = next;
          if (!MakeRoomFor(bound, value, size)) break;
          next = text_next_;
        }
        if constexpr (Form::kExpands) {
          if (!Succeeds(CountExpansion(context_, bound - size))) break;
        }
        const int64_t written = form_.Write(value, size, next);
        if constexpr (Form::kExpands) {
          if (written < 0) {
            Succeeds(form_.Explain(context_, value, size));
            break;
          }
        }
        next += written;
      }
      *++offset = static_cast<int32_t>(next - Text());
    }
    text_next_ = next;
    end_ = offset;
    return place - fields.places;
  }

  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    if (end_ == nullptr) ARROW_RETURN_NOT_OK(Reserve(0));
    const int64_t length = Length();
    const int64_t text_bytes = TextBytes();
    const int64_t null_count = validity_.null_count();
    ARROW_ASSIGN_OR_RAISE(auto validity, validity_.Finish(length));
    ARROW_ASSIGN_OR_RAISE(auto offsets, offsets_.Finish((length + 1) * kOffsetBytes));
    ARROW_ASSIGN_OR_RAISE(auto text, text_.Finish(text_bytes));
    end_ = nullptr;
    text_next_ = text_end_ = nullptr;
    expected_bytes_ = Expected(text_bytes);
    return arrow::ArrayData::Make(
        type_, length, {std::move(validity), std::move(offsets), std::move(text)},
        null_count);
  }

 private:
  static constexpr int64_t kOffsetBytes = sizeof(int32_t);
  static constexpr int64_t kFirstTextBytes = 4096;
  // One giant row must not make every later batch as large.
  static constexpr int64_t kMostExpectedBytes = 8 << 20;

  static int64_t Expected(int64_t text_bytes) {
    return std::clamp(text_bytes + text_bytes / 8, kFirstTextBytes, kMostExpectedBytes);
  }

  int32_t* Offsets() const { return reinterpret_cast<int32_t*>(offsets_.data()); }
  char* Text() const { return reinterpret_cast<char*>(text_.data()); }
  int64_t Length() const { return end_ - Offsets(); }
  int64_t TextBytes() const { return text_next_ - Text(); }

  bool AppendNull(FieldColumn fields, int64_t row) {
    // Within the end is nothing but NULL.
    if (fields.Take(row) == nullptr) return Succeeds(ImpossibleLength());
    return Succeeds(validity_.SetNull(Length() + row));
  }

  [[gnu::noinline]] bool MakeRoomFor(int64_t bound, const char* value, int32_t size) {
    if (bound < 0) return Succeeds(form_.Explain(context_, value, size));
    return Succeeds(MakeRoom(bound));
  }

  arrow::Status MakeRoom(int64_t bytes) {
    const int64_t text_bytes = TextBytes();
    if (bytes > most_text_bytes_ - text_bytes) {
      return ValueTooLarge(context_, "the values of one batch exceed 2 GiB");
    }
    // To grow it copies, which brings memory to life that nobody has written yet.
    if (text_bytes == 0) text_ = GrowingBuffer();
    ARROW_RETURN_NOT_OK(text_.Reserve(text_bytes + bytes + kCopySlack));
    text_next_ = Text() + text_bytes;
    // Doubling may pass what offsets reach.
    text_end_ = Text() + std::min(text_.capacity() - kCopySlack, most_text_bytes_);
    return arrow::Status::OK();
  }

  std::shared_ptr<arrow::DataType> type_;
  DecoderContext context_;
  int64_t most_text_bytes_;
  Form form_;
  int32_t* end_ = nullptr;  // offset behind the last row
  char* text_next_ = nullptr;
  char* text_end_ = nullptr;
  GrowingBuffer offsets_;
  GrowingBuffer text_;
  ValidityBitmap validity_;
  int64_t expected_bytes_ = kFirstTextBytes;  // of the next batch
};

template <typename Form>
std::unique_ptr<ColumnDecoder> MakeText(const TypeMapping& mapping,
                                        DecoderContext context) {
  return std::make_unique<TextDecoder<Form>>(mapping.arrow_type, std::move(context));
}

}  // namespace carmilla
