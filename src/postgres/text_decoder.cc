#include "postgres/text_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <arrow/array/data.h>
#include <arrow/type.h>

#include "postgres/column_buffers.h"
#include "postgres/decoding_error.h"
#include "postgres/numeric_decoder.h"
#include "postgres/temporal_text.h"

namespace carmilla {
namespace {

constexpr int64_t kMaxOffset = std::numeric_limits<int32_t>::max();
constexpr int64_t kFirstTextBytes = 4096;
// One giant row must not make every later batch as large.
constexpr int64_t kMostExpectedBytes = 8 << 20;
constexpr int32_t kFirstServerWithInfiniteIntervals = 170000;

/// Appends values of any length behind each other. A `Form` turns one wire value into
/// text: Measure returns an upper bound of its bytes or -1 to refuse, Write returns the
/// bytes written or -1 to refuse, Explain makes the error. Write may spoil kCopySlack
/// bytes behind the text.
template <typename Form>
class TextDecoder final : public ColumnDecoder {
 public:
  TextDecoder(std::shared_ptr<arrow::DataType> type, DecoderContext context)
      : type_(std::move(type)), context_(std::move(context)), form_(context_) {}

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
    int32_t* end = end_;
    int64_t row = 0;
    for (; row < fields.num_rows; ++row) {
      const char* const field = fields.Next();
      const char* const value = field + kCopyLengthBytes;
      const int32_t size = LoadInt32(field);
      if (size < 0) {
        if (!Succeeds(validity_.SetNull(end - Offsets()))) break;
      } else {
        const int64_t bound = form_.Measure(value, size);
        // A refused value has a bound of -1, beyond any room.
        if (static_cast<uint64_t>(bound) > static_cast<uint64_t>(text_end_ - next))
            [[unlikely]] {
          text_next_ = next;
          if (!MakeRoomFor(bound, value, size)) break;
          next = text_next_;
        }
        if constexpr (Form::kExpands) {
          if (!Succeeds(CountExpansion(bound - size))) break;
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
      *++end = static_cast<int32_t>(next - Text());
    }
    text_next_ = next;
    end_ = end;
    return row;
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

  static int64_t Expected(int64_t text_bytes) {
    return std::clamp(text_bytes + text_bytes / 8, kFirstTextBytes, kMostExpectedBytes);
  }

  int32_t* Offsets() const { return reinterpret_cast<int32_t*>(offsets_.data()); }
  char* Text() const { return reinterpret_cast<char*>(text_.data()); }
  int64_t Length() const { return end_ - Offsets(); }
  int64_t TextBytes() const { return text_next_ - Text(); }

  [[gnu::noinline]] bool MakeRoomFor(int64_t bound, const char* value, int32_t size) {
    if (bound < 0) return Succeeds(form_.Explain(context_, value, size));
    return Succeeds(MakeRoom(bound));
  }

  arrow::Status MakeRoom(int64_t bytes) {
    const int64_t text_bytes = TextBytes();
    if (bytes > kMaxOffset - text_bytes) {
      return ValueTooLarge(context_, "the values of one batch exceed 2 GiB");
    }
    ARROW_RETURN_NOT_OK(text_.Reserve(text_bytes + bytes + kCopySlack));
    text_next_ = Text() + text_bytes;
    text_end_ = Text() + text_.capacity() - kCopySlack;
    return arrow::Status::OK();
  }

  arrow::Status CountExpansion(int64_t bytes) {
    if (bytes <= 0) return arrow::Status::OK();
    context_.expansion->bytes += bytes;
    if (context_.expansion->bytes <= context_.expansion->limit)
      return arrow::Status::OK();
    return ValueTooLarge(context_, "a row grows beyond its limit when printed");
  }

  std::shared_ptr<arrow::DataType> type_;
  DecoderContext context_;
  Form form_;
  int32_t* end_ = nullptr;  // offset behind the last row
  char* text_next_ = nullptr;
  char* text_end_ = nullptr;
  GrowingBuffer offsets_;
  GrowingBuffer text_;
  ValidityBitmap validity_;
  int64_t expected_bytes_ = kFirstTextBytes;  // of the next batch
};

/// Copies like memcpy, whose call costs more than most texts; but in pieces of kCopySlack
/// bytes, the last of which may go beyond the text on both sides.
inline void CopyText(const char* from, int64_t size, char* to) {
  constexpr int64_t kMostPieces = 8;
  std::memcpy(to, from, kCopySlack);
  if (size <= kCopySlack) [[likely]]
    return;
  if (size > kMostPieces * kCopySlack) [[unlikely]] {
    std::memcpy(to, from, static_cast<size_t>(size));
    return;
  }
  for (int64_t done = kCopySlack; done < size; done += kCopySlack) {
    std::memcpy(to + done, from + done, kCopySlack);
  }
}

/// text, varchar, bpchar, name, enum, json, bytea: the bytes as they are.
struct PlainForm {
  static constexpr bool kExpands = false;
  explicit PlainForm(const DecoderContext&) {}

  static int64_t Measure(const char*, int32_t size) { return size; }
  static int64_t Write(const char* value, int32_t size, char* out) {
    CopyText(value, size, out);
    return size;
  }
  static arrow::Status Explain(const DecoderContext& context, const char*, int32_t) {
    return MalformedValue(context, "a text has a negative length");
  }
};

/// A version byte, then text.
struct JsonbForm {
  static constexpr bool kExpands = false;
  static constexpr char kVersion = 1;
  explicit JsonbForm(const DecoderContext&) {}

  static int64_t Measure(const char* value, int32_t size) {
    return size > 0 && *value == kVersion ? size - 1 : -1;
  }
  static int64_t Write(const char* value, int32_t size, char* out) {
    CopyText(value + 1, size - 1, out);
    return size - 1;
  }
  static arrow::Status Explain(const DecoderContext& context, const char*, int32_t) {
    return MalformedValue(context, "a jsonb does not have version 1");
  }
};

/// The type "char": a byte, printed as itself, nothing for zero, `\ooo` from 0x80 on.
struct CharacterForm {
  static constexpr bool kExpands = false;
  explicit CharacterForm(const DecoderContext&) {}

  static int64_t Measure(const char*, int32_t size) { return size == 1 ? 4 : -1; }
  static int64_t Write(const char* value, int32_t, char* out) {
    const auto byte = static_cast<uint8_t>(*value);
    if (byte == 0) return 0;
    if (byte < 0x80) {
      *out = *value;
      return 1;
    }
    *out++ = '\\';
    *out++ = static_cast<char>('0' + (byte >> 6));
    *out++ = static_cast<char>('0' + (byte >> 3 & 7));
    *out = static_cast<char>('0' + (byte & 7));
    return 4;
  }
  static arrow::Status Explain(const DecoderContext& context, const char*, int32_t size) {
    return WrongWidth(context, size, 1);
  }
};

/// Two characters for each byte.
constexpr auto kHexOfByte = [] {
  constexpr char kDigits[] = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> table{};
  for (size_t byte = 0; byte < table.size(); ++byte) {
    table[byte] = {kDigits[byte / 16], kDigits[byte % 16]};
  }
  return table;
}();

template <size_t kBytes>
void WriteHex(const char* value, char* out) {
  for (size_t index = 0; index < kBytes; ++index) {
    std::memcpy(out + 2 * index, kHexOfByte[static_cast<uint8_t>(value[index])].data(),
                2);
  }
}

struct UuidForm {
  static constexpr bool kExpands = false;
  static constexpr int32_t kWireBytes = 16;
  static constexpr int32_t kTextBytes = 36;
  explicit UuidForm(const DecoderContext&) {}

  static int64_t Measure(const char*, int32_t size) {
    return size == kWireBytes ? kTextBytes : -1;
  }
  static int64_t Write(const char* value, int32_t, char* out) {
    WriteHex<4>(value, out);
    WriteHex<2>(value + 4, out + 9);
    WriteHex<2>(value + 6, out + 14);
    WriteHex<2>(value + 8, out + 19);
    WriteHex<6>(value + 10, out + 24);
    out[8] = out[13] = out[18] = out[23] = '-';
    return kTextBytes;
  }
  static arrow::Status Explain(const DecoderContext& context, const char*, int32_t size) {
    return WrongWidth(context, size, kWireBytes);
  }
};

struct TimeForm {
  static constexpr bool kExpands = false;
  static constexpr int32_t kWireBytes = 8;
  explicit TimeForm(const DecoderContext&) {}

  static int64_t Measure(const char* value, int32_t size) {
    if (size != kWireBytes) return -1;
    const int64_t micros = LoadInt64(value);
    return micros >= 0 && micros <= kMicrosPerDay ? kTimeTextBytes : -1;
  }
  static int64_t Write(const char* value, int32_t, char* out) {
    return WriteTime(LoadInt64(value), out);
  }
  static arrow::Status Explain(const DecoderContext& context, const char*, int32_t size) {
    if (size != kWireBytes) return WrongWidth(context, size, kWireBytes);
    return MalformedValue(context, "a time lies outside of 00:00 to 24:00");
  }
};

struct IntervalForm {
  static constexpr bool kExpands = false;
  static constexpr int32_t kWireBytes = 16;
  bool has_infinity;
  explicit IntervalForm(const DecoderContext& context)
      : has_infinity(context.server_version >= kFirstServerWithInfiniteIntervals) {}

  static int64_t Measure(const char*, int32_t size) {
    return size == kWireBytes ? kIntervalTextBytes : -1;
  }
  int64_t Write(const char* value, int32_t, char* out) const {
    const IntervalParts parts{.micros = LoadInt64(value),
                              .days = LoadInt32(value + 8),
                              .months = LoadInt32(value + 12)};
    if (has_infinity) {
      const std::string_view infinity = Infinity(parts);
      std::ranges::copy(infinity, out);
      if (!infinity.empty()) return static_cast<int64_t>(infinity.size());
    }
    return WriteInterval(parts, out);
  }
  static std::string_view Infinity(const IntervalParts& parts) {
    using Micros = std::numeric_limits<int64_t>;
    using Days = std::numeric_limits<int32_t>;
    if (parts.micros == Micros::max() && parts.days == Days::max() &&
        parts.months == Days::max()) {
      return "infinity";
    }
    if (parts.micros == Micros::min() && parts.days == Days::min() &&
        parts.months == Days::min()) {
      return "-infinity";
    }
    return "";
  }
  static arrow::Status Explain(const DecoderContext& context, const char*, int32_t size) {
    return WrongWidth(context, size, kWireBytes);
  }
};

struct NumericForm {
  static constexpr bool kExpands = true;
  NumericText text;
  explicit NumericForm(const DecoderContext&) {}

  int64_t Measure(const char* value, int32_t size) {
    return text.Parse(value, size) ? text.size() : -1;
  }
  int64_t Write(const char*, int32_t, char* out) const {
    return text.Write(out) ? text.size() : -1;
  }
  static arrow::Status Explain(const DecoderContext& context, const char*, int32_t) {
    return MalformedValue(context, "a numeric does not have the form of one");
  }
};

template <typename Form>
std::unique_ptr<ColumnDecoder> MakeText(const TypeMapping& mapping,
                                        DecoderContext context) {
  return std::make_unique<TextDecoder<Form>>(mapping.arrow_type, std::move(context));
}

}  // namespace

std::unique_ptr<ColumnDecoder> MakeTextDecoder(const TypeMapping& mapping,
                                               DecoderContext context) {
  switch (mapping.wire) {
    case WireForm::kText:
    case WireForm::kBytes:
      return MakeText<PlainForm>(mapping, std::move(context));
    case WireForm::kJsonb:
      return MakeText<JsonbForm>(mapping, std::move(context));
    case WireForm::kCharacter:
      return MakeText<CharacterForm>(mapping, std::move(context));
    case WireForm::kUuidText:
      return MakeText<UuidForm>(mapping, std::move(context));
    case WireForm::kTimeText:
      return MakeText<TimeForm>(mapping, std::move(context));
    case WireForm::kIntervalText:
      return MakeText<IntervalForm>(mapping, std::move(context));
    case WireForm::kNumericText:
      return MakeText<NumericForm>(mapping, std::move(context));
    default:
      return nullptr;
  }
}

}  // namespace carmilla
