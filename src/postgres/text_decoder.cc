#include "postgres/text_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "postgres/network_text.h"
#include "postgres/numeric_decoder.h"
#include "postgres/temporal_text.h"
#include "postgres/text_column.h"

namespace carmilla {
namespace {

/// Seconds; what MAX_TZDISP_HOUR of PostgreSQL's datatype/timestamp.h allows.
constexpr int32_t kEndOfZones = 16 * 3600;

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

/// bpchar without the blanks that fill it up.
struct TrimmedForm {
  static constexpr bool kExpands = false;
  explicit TrimmedForm(const DecoderContext&) {}

  static int64_t Measure(const char* value, int32_t size) {
    while (size > 0 && value[size - 1] == ' ') --size;
    return size;
  }
  static int64_t Write(const char* value, int32_t size, char* out) {
    return PlainForm::Write(value, static_cast<int32_t>(Measure(value, size)), out);
  }
  static arrow::Status Explain(const DecoderContext& context, const char* value,
                               int32_t size) {
    return PlainForm::Explain(context, value, size);
  }
};

/// jsonb, jsonpath: a version byte, then text.
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
    return MalformedValue(context, "a jsonb or jsonpath does not have version 1");
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

/// A time, then the seconds that its zone lies west of Greenwich.
struct TimetzForm {
  static constexpr bool kExpands = false;
  static constexpr int32_t kWireBytes = 12;
  explicit TimetzForm(const DecoderContext&) {}

  static int64_t Measure(const char* value, int32_t size) {
    if (size != kWireBytes) return -1;
    const int64_t micros = LoadInt64(value);
    const int64_t zone = LoadInt32(value + 8);
    const bool is_valid = micros >= 0 && micros <= kMicrosPerDay && zone > -kEndOfZones &&
                          zone < kEndOfZones;
    return is_valid ? kTimeTextBytes + kOffsetTextBytes : -1;
  }
  static int64_t Write(const char* value, int32_t, char* out) {
    const int32_t size = WriteTime(LoadInt64(value), out);
    return size + WriteOffset(LoadInt32(value + 8), out + size);
  }
  static arrow::Status Explain(const DecoderContext& context, const char*, int32_t size) {
    if (size != kWireBytes) return WrongWidth(context, size, kWireBytes);
    return MalformedValue(context, "a time with time zone lies outside its range");
  }
};

struct IntervalForm {
  static constexpr bool kExpands = false;
  int32_t server_version;
  explicit IntervalForm(const DecoderContext& context)
      : server_version(context.server_version) {}

  static int64_t Measure(const char*, int32_t size) {
    return size == kIntervalWireBytes ? kIntervalTextBytes : -1;
  }
  int64_t Write(const char* value, int32_t, char* out) const {
    const IntervalParts parts = LoadInterval(value);
    const std::string_view infinity = InfinityText(parts, server_version);
    if (infinity.empty()) return WriteInterval(parts, out);
    std::ranges::copy(infinity, out);
    return static_cast<int64_t>(infinity.size());
  }
  static arrow::Status Explain(const DecoderContext& context, const char*, int32_t size) {
    return WrongWidth(context, size, kIntervalWireBytes);
  }
};

/// The number of bits, then the bits, the highest first.
struct BitForm {
  static constexpr bool kExpands = true;
  static constexpr int32_t kCountBytes = 4;
  explicit BitForm(const DecoderContext&) {}

  static int64_t Measure(const char* value, int32_t size) {
    if (size < kCountBytes) return -1;
    const int64_t num_bits = LoadInt32(value);
    return num_bits >= 0 && (num_bits + 7) / 8 == size - kCountBytes ? num_bits : -1;
  }
  static int64_t Write(const char* value, int32_t, char* out) {
    const int32_t num_bits = LoadInt32(value);
    const char* const bytes = value + kCountBytes;
    for (int32_t bit = 0; bit < num_bits; ++bit) {
      const auto byte = static_cast<uint8_t>(bytes[bit / 8]);
      out[bit] = static_cast<char>('0' + (byte >> (7 - bit % 8) & 1));
    }
    return num_bits;
  }
  static arrow::Status Explain(const DecoderContext& context, const char*, int32_t) {
    return MalformedValue(context, "a bit string has another length than it tells");
  }
};

struct NetworkForm {
  static constexpr bool kExpands = false;
  explicit NetworkForm(const DecoderContext&) {}

  static int64_t Measure(const char* value, int32_t size) {
    return IsNetworkAddress(value, size) ? kNetworkTextBytes : -1;
  }
  static int64_t Write(const char* value, int32_t, char* out) {
    return WriteNetworkAddress(value, out);
  }
  static arrow::Status Explain(const DecoderContext& context, const char*, int32_t) {
    return MalformedValue(context, "an inet or cidr does not have the form of one");
  }
};

/// macaddr, macaddr8: two digits for each byte, colons between them.
struct MacAddressForm {
  static constexpr bool kExpands = false;
  explicit MacAddressForm(const DecoderContext&) {}

  static int64_t Measure(const char*, int32_t size) {
    return size == 6 || size == 8 ? 3 * size - 1 : -1;
  }
  static int64_t Write(const char* value, int32_t size, char* out) {
    for (int32_t index = 0; index < size; ++index) {
      WriteHex<1>(value + index, out + 3 * index);
      out[3 * index + 2] = ':';
    }
    return 3 * size - 1;
  }
  static arrow::Status Explain(const DecoderContext& context, const char*, int32_t) {
    return MalformedValue(context, "a macaddr has neither 6 nor 8 bytes");
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

}  // namespace

std::unique_ptr<ColumnDecoder> MakeTextDecoder(const TypeMapping& mapping,
                                               DecoderContext context) {
  switch (mapping.wire) {
    case WireForm::kText:
    case WireForm::kBytes:
      return MakeText<PlainForm>(mapping, std::move(context));
    case WireForm::kTrimmedText:
      return MakeText<TrimmedForm>(mapping, std::move(context));
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
    case WireForm::kTimetzText:
      return MakeText<TimetzForm>(mapping, std::move(context));
    case WireForm::kNetworkText:
      return MakeText<NetworkForm>(mapping, std::move(context));
    case WireForm::kMacAddressText:
      return MakeText<MacAddressForm>(mapping, std::move(context));
    case WireForm::kBitText:
      return MakeText<BitForm>(mapping, std::move(context));
    case WireForm::kNumericText:
      return MakeText<NumericForm>(mapping, std::move(context));
    default:
      return nullptr;
  }
}

}  // namespace carmilla
