#pragma once

#include <endian.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

namespace carmilla {

/// What `COPY ... (FORMAT binary)` sends, as docs/formats/copy_binary.md describes it.
/// All numbers are big-endian.

inline constexpr std::string_view kCopySignature{"PGCOPY\n\377\r\n\0", 11};
/// Signature, flags, length of the header extension.
inline constexpr int32_t kCopyHeaderBytes = 11 + 4 + 4;
/// A reader must refuse a file with an unknown flag among these.
inline constexpr uint32_t kCopyCriticalFlags = 0xffff0000;
/// Stands where a row has its number of fields.
inline constexpr int16_t kCopyTrailer = -1;
/// Stands where a field has its length.
inline constexpr int32_t kCopyNull = -1;
inline constexpr int32_t kCopyLengthBytes = 4;
/// Bytes that must be readable behind a message that is decoded (they may hold anything),
/// so that short values can be copied without looking at their length.
inline constexpr int64_t kCopySlack = 32;
/// A field that has no more bytes, its length included, may be taken before anybody has
/// looked whether it lies within its row: for each column so many bytes more must be
/// readable.
inline constexpr int64_t kMostUncheckedBytes = kCopyLengthBytes + 16;

/// Of a ctid: block uint32, offset uint16.
inline constexpr int32_t kCtidBytes = 6;

/// Days and microseconds from 1970-01-01 to 2000-01-01, where PostgreSQL counts from.
inline constexpr int32_t kUnixToPostgresDays = 10957;
inline constexpr int64_t kUnixToPostgresMicros = 946'684'800'000'000;
inline constexpr int64_t kMicrosPerDay = 86'400'000'000;

/// The extremes stand for infinity in date and timestamp.
inline constexpr int32_t kDateInfinity = std::numeric_limits<int32_t>::max();
inline constexpr int32_t kDateMinusInfinity = std::numeric_limits<int32_t>::min();
inline constexpr int64_t kTimestampInfinity = std::numeric_limits<int64_t>::max();
inline constexpr int64_t kTimestampMinusInfinity = std::numeric_limits<int64_t>::min();
/// PostgreSQL's first and last date (4714-11-24 BC, 5874897-12-31) and the first
/// microsecond and the one after the last of timestamp (4714-11-24 BC, 294277-01-01),
/// since 2000-01-01.
inline constexpr int32_t kFirstDate = -2'451'545;
inline constexpr int32_t kLastDate = 2'145'031'948;
inline constexpr int64_t kFirstTimestamp = kFirstDate * kMicrosPerDay;
inline constexpr int64_t kEndOfTimestamps = 9'223'371'331'200'000'000;
/// 0001-01-01 and 10000-01-01, since 2000-01-01.
inline constexpr int32_t kFirstUsualDate = -730'119;
inline constexpr int32_t kEndOfUsualDates = 2'921'940;

/// Of numeric: number of digits, weight, sign, display scale; then base-10000 digits.
inline constexpr int32_t kNumericHeaderBytes = 8;
inline constexpr uint16_t kNumericPositive = 0x0000;
inline constexpr uint16_t kNumericNegative = 0x4000;
inline constexpr uint16_t kNumericNan = 0xC000;
inline constexpr uint16_t kNumericInfinity = 0xD000;
inline constexpr uint16_t kNumericMinusInfinity = 0xF000;
inline constexpr int32_t kNumericMaxScale = 16383;

inline uint16_t LoadUint16(const char* bytes) {
  uint16_t value;
  std::memcpy(&value, bytes, sizeof value);
  return be16toh(value);
}

inline uint32_t LoadUint32(const char* bytes) {
  uint32_t value;
  std::memcpy(&value, bytes, sizeof value);
  return be32toh(value);
}

inline uint64_t LoadUint64(const char* bytes) {
  uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  return be64toh(value);
}

inline int16_t LoadInt16(const char* bytes) {
  return static_cast<int16_t>(LoadUint16(bytes));
}
inline int32_t LoadInt32(const char* bytes) {
  return static_cast<int32_t>(LoadUint32(bytes));
}
inline int64_t LoadInt64(const char* bytes) {
  return static_cast<int64_t>(LoadUint64(bytes));
}

}  // namespace carmilla
