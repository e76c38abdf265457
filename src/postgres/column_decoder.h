#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "postgres/copy_column.h"
#include "postgres/copy_format.h"

namespace carmilla {

/// Bytes by which decoded values outgrow their wire form: ten bytes of numeric may print
/// as 131,072 digits, the NULL of a composite takes room for every member. Shared by the
/// decoders of one reader, so that a batch stays within its bytes.
struct ExpansionMeter {
  int64_t bytes = 0;                                    ///< In the batch so far.
  int64_t limit = std::numeric_limits<int64_t>::max();  ///< More is kRowTooLarge.
};

/// What a decoder knows besides its column's mapping.
struct DecoderContext {
  std::string column;  ///< Name for messages.
  ValuePolicies policies;
  PolicyCounts* counts = nullptr;       ///< Must outlive the decoder.
  ExpansionMeter* expansion = nullptr;  ///< Must outlive the decoder.
  int32_t server_version = 0;  ///< server_version_num; 17 has infinite intervals.
  /// NULL says that a bound of a range is not there, so no value may become NULL.
  bool is_bound = false;
  bool is_key = false;  ///< Of a map, which is never NULL.
  /// The NULL of a composite goes to the meter: this one, or one around it, has so many
  /// members that a batch of NULLs would outgrow its bytes.
  bool counts_nulls = false;
  /// The server does not know the encoding of its text and sends it as it is.
  bool is_text_unchecked = false;
};

/// The fields of one column in consecutive rows, as they stand among those of the other
/// columns. Each is a length and as many bytes, none for kCopyNull. At kNullPlace stands
/// a field that is NULL.
///
/// Nobody has looked at the lengths. Who takes a field moves its row's place behind it,
/// where the next column's field begins: rows are taken apart while they are decoded.
/// Wrong lengths spoil only their own row, whose place behind the last column is then not
/// where the row ends. Who reads more than kMostUncheckedBytes of a field looks first
/// whether it ends before `end`.
struct FieldColumn {
  static constexpr uint32_t kNullPlace = 0;
  /// No field ends behind it.
  static constexpr uint32_t kLastEnd = std::numeric_limits<int32_t>::max();

  const char* bytes = nullptr;
  uint32_t* places = nullptr;  ///< Where in `bytes` the field of each row begins.
  /// Where the last row ends, kLastEnd at most; kCopySlack bytes more may be read.
  uint32_t end = kLastEnd;
  int64_t num_rows = 0;

  /// Takes the field of `row`. Null if its length is impossible.
  const char* Take(int64_t row) const {
    const char* const field = bytes + places[row];
    const int32_t size = LoadInt32(field);
    const int64_t behind = int64_t{places[row]} + kCopyLengthBytes + std::max(size, 0);
    if (size < kCopyNull || behind > end) [[unlikely]]
      return nullptr;
    places[row] = static_cast<uint32_t>(behind);
    return field;
  }
};

/// Decodes the values of one column, batch by batch, into Arrow buffers that it owns
/// until Finish.
///
/// Errors: kCorruptData for bytes that no server sends, kData for a value that its policy
/// refuses, kRowTooLarge for one that Arrow's 32-bit offsets or the meter cannot take,
/// kOutOfMemory. They name the column and never hold the value. After an error the
/// decoder must not be used.
class ColumnDecoder {
 public:
  virtual ~ColumnDecoder() = default;

  /// Makes room for `rows` rows of the batch in all. No row may be appended without room.
  virtual arrow::Status Reserve(int64_t rows) = 0;

  /// Takes the fields and appends their values. Returns for how many rows it did: if not
  /// for all, error() tells what is wrong with the next one.
  [[nodiscard]] virtual int64_t Append(FieldColumn fields) = 0;

  const arrow::Status& error() const { return error_; }

  /// Hands over what was appended and starts the next batch with no room.
  virtual arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() = 0;

 protected:
  /// Returns whether `status` is OK, and keeps it if not.
  bool Succeeds(arrow::Status status) {
    if (status.ok()) return true;
    error_ = std::move(status);
    return false;
  }

 private:
  arrow::Status error_;
};

/// Whether values of `mapping` may outgrow their wire form so far that its decoder uses
/// the meter.
bool Expands(const TypeMapping& mapping);

/// Chooses the decoder for `mapping` once and for all rows.
arrow::Result<std::unique_ptr<ColumnDecoder>> MakeColumnDecoder(
    const TypeMapping& mapping, DecoderContext context);

}  // namespace carmilla
