#include "postgres/plain_decoder.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <arrow/api.h>

#include "core/error.h"
#include "postgres/recorded_stream.h"

namespace carmilla {
namespace {

using arrow::Decimal128;
using Cell = arrow::Result<std::shared_ptr<arrow::Scalar>>;

arrow::Status Malformed() { return MakeError(ErrorKind::kCorruptData, "malformed"); }
arrow::Status Refused() { return MakeError(ErrorKind::kData, "refused"); }

uint64_t Unsigned(const std::string& bytes, size_t begin, size_t size) {
  uint64_t value = 0;
  for (size_t index = begin; index < begin + size; ++index) {
    value = value << 8 | static_cast<uint8_t>(bytes[index]);
  }
  return value;
}

int64_t Signed(const std::string& bytes, size_t begin, size_t size) {
  const auto unused = static_cast<int>(64 - 8 * size);
  return static_cast<int64_t>(Unsigned(bytes, begin, size) << unused) >> unused;
}

/// Digits before and behind the point; only forms that name a number.
struct PlainNumeric {
  bool is_negative = false;
  bool is_special = false;
  std::string integer;
  std::string fraction;
};

arrow::Result<PlainNumeric> ReadNumeric(const std::string& bytes) {
  if (bytes.size() < 8) return Malformed();
  const uint64_t num_groups = Unsigned(bytes, 0, 2);
  const int64_t weight = Signed(bytes, 2, 2);
  const uint64_t sign = Unsigned(bytes, 4, 2);
  if (bytes.size() != 8 + 2 * num_groups) return Malformed();
  PlainNumeric number{.is_negative = sign == 0x4000};
  if (sign == 0xC000 || sign == 0xD000 || sign == 0xF000) {
    number.is_special = true;
    return num_groups == 0 ? arrow::Result<PlainNumeric>(number) : Malformed();
  }
  if (sign != 0 && sign != 0x4000) return Malformed();
  if (num_groups > 0 && weight < -1) {
    number.fraction.assign(static_cast<size_t>(-1 - weight) * 4, '0');
  }
  for (int64_t group = 0; std::cmp_less(group, num_groups); ++group) {
    const uint64_t value = Unsigned(bytes, 8 + 2 * static_cast<size_t>(group), 2);
    if (value >= 10000) return Malformed();
    const std::string digits = std::to_string(10000 + value).substr(1);
    (group <= weight ? number.integer : number.fraction) += digits;
  }
  if (num_groups > 0 && weight >= 0) {
    number.integer.resize(
        std::max(number.integer.size(), static_cast<size_t>(weight + 1) * 4), '0');
  }
  number.integer.erase(
      0, std::min(number.integer.find_first_not_of('0'), number.integer.size()));
  return number;
}

Cell ReadDecimal(const CopyColumn& column, const std::string& bytes,
                 PolicyCounts* counts) {
  const auto& type = column.mapping.arrow_type;
  ARROW_ASSIGN_OR_RAISE(PlainNumeric number, ReadNumeric(bytes));
  if (number.is_special) {
    if (column.policies.on_nan != ValuePolicy::kNull) return Refused();
    ++counts->nan;
    return arrow::MakeNullScalar(type);
  }
  const auto scale = static_cast<size_t>(column.mapping.scale);
  const size_t last = number.fraction.find_last_not_of('0');
  number.fraction.resize(last == std::string::npos ? 0 : last + 1);
  if (number.fraction.size() > scale) return Refused();
  number.fraction.resize(scale, '0');
  std::string digits = number.integer + number.fraction;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.size() > static_cast<size_t>(column.mapping.precision)) return Refused();
  if (number.is_negative) digits.insert(0, "-");
  if (digits.empty() || digits == "-") digits = "0";
  ARROW_ASSIGN_OR_RAISE(const Decimal128 value, Decimal128::FromString(digits));
  switch (type->id()) {
    case arrow::Type::DECIMAL32:
      return std::make_shared<arrow::Decimal32Scalar>(
          arrow::Decimal32(static_cast<int32_t>(value.low_bits())), type);
    case arrow::Type::DECIMAL64:
      return std::make_shared<arrow::Decimal64Scalar>(
          arrow::Decimal64(static_cast<int64_t>(value.low_bits())), type);
    default:
      return std::make_shared<arrow::Decimal128Scalar>(value, type);
  }
}

/// With the display scale of the wire.
Cell ReadNumericText(const std::string& bytes) {
  ARROW_ASSIGN_OR_RAISE(PlainNumeric number, ReadNumeric(bytes));
  if (number.is_special) {
    const uint64_t sign = Unsigned(bytes, 4, 2);
    return arrow::MakeScalar(std::string(sign == 0xC000   ? "NaN"
                                         : sign == 0xD000 ? "Infinity"
                                                          : "-Infinity"));
  }
  // As numeric_send writes it: no group of zeros in front, no digit behind the scale.
  const uint64_t scale = Unsigned(bytes, 6, 2);
  if (scale > 16383 || (bytes.size() > 8 && Unsigned(bytes, 8, 2) == 0) ||
      number.fraction.find_last_not_of('0') + 1 > scale) {
    return Malformed();
  }
  number.fraction.resize(scale, '0');
  return arrow::MakeScalar(std::string(number.is_negative ? "-" : "") +
                           (number.integer.empty() ? "0" : number.integer) +
                           (scale > 0 ? "." : "") + number.fraction);
}

/// date and timestamp, in `unit` per day.
Cell ReadCalendar(const CopyColumn& column, const std::string& bytes, int64_t unit,
                  PolicyCounts* counts) {
  const size_t width = unit == 1 ? 4 : 8;
  if (bytes.size() != width) return Malformed();
  const int64_t value = Signed(bytes, 0, width);
  const int64_t largest = unit == 1 ? std::numeric_limits<int32_t>::max()
                                    : std::numeric_limits<int64_t>::max();
  // 5874897-12-31 is the last day of date. timestamp ends with 294276-12-31, some days
  // after the last microsecond since 1970, and those days are treated as infinity is.
  const int64_t last = unit == 1 ? 2'145'031'948 : 9'223'371'331'199'999'999;
  const bool is_too_late = value <= last && value > largest - 10'957 * unit && unit != 1;
  const bool is_infinite = value == largest || value == -largest - 1 || is_too_late;
  if (is_infinite && column.policies.on_infinity == ValuePolicy::kNull) {
    ++counts->infinity;
    return arrow::MakeNullScalar(column.mapping.arrow_type);
  }
  if (is_infinite) return Refused();
  // 4714-11-24 BC is the first day; 0001 to 9999 are the usual years.
  if (value < -2'451'545 * unit || value > last) return Malformed();
  if (value < -730'119 * unit || value >= 2'921'940 * unit) ++counts->unusual_years;
  const int64_t since_1970 = value + 10'957 * unit;
  if (unit == 1) {
    return std::make_shared<arrow::Date32Scalar>(static_cast<int32_t>(since_1970));
  }
  return std::make_shared<arrow::TimestampScalar>(since_1970, column.mapping.arrow_type);
}

Cell ReadUuid(const std::string& bytes) {
  if (bytes.size() != 16) return Malformed();
  std::string text;
  for (size_t index = 0; index < bytes.size(); ++index) {
    if (index == 4 || index == 6 || index == 8 || index == 10) text += '-';
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[Unsigned(bytes, index, 1) / 16];
    text += kDigits[Unsigned(bytes, index, 1) % 16];
  }
  return arrow::MakeScalar(text);
}

Cell ReadCell(const CopyColumn& column, const std::string& bytes, PolicyCounts* counts);

Cell ReadList(const CopyColumn& column, const std::string& bytes, PolicyCounts* counts) {
  if (bytes.size() < 12) return Malformed();
  CopyColumn element = column;
  element.mapping = column.mapping.parts.front();
  ARROW_ASSIGN_OR_RAISE(auto elements, arrow::MakeBuilder(element.mapping.arrow_type));
  const uint64_t num_dimensions = Unsigned(bytes, 0, 4);
  if (num_dimensions > 6 || bytes.size() < 12 + 8 * num_dimensions) return Malformed();
  if (num_dimensions > 1) return Refused();
  if (num_dimensions == 1) {
    if (Signed(bytes, 16, 4) != 1) return Refused();
    size_t next = 20;
    uint64_t count = Unsigned(bytes, 12, 4);
    // Every element has a length.
    if (count > (bytes.size() - next) / 4) return Malformed();
    for (; count > 0; --count) {
      if (bytes.size() - next < 4) return Malformed();
      const int64_t size = Signed(bytes, next, 4);
      next += 4;
      if (size == -1) {
        ARROW_RETURN_NOT_OK(elements->AppendNull());
        continue;
      }
      if (size < 0 || std::cmp_greater(size, bytes.size() - next)) return Malformed();
      const std::string value = bytes.substr(next, static_cast<size_t>(size));
      ARROW_ASSIGN_OR_RAISE(const auto cell, ReadCell(element, value, counts));
      ARROW_RETURN_NOT_OK(elements->AppendScalar(*cell));
      next += static_cast<size_t>(size);
    }
    if (next != bytes.size()) return Malformed();
  } else if (bytes.size() != 12) {
    return Malformed();
  }
  ARROW_ASSIGN_OR_RAISE(auto values, elements->Finish());
  return std::make_shared<arrow::ListScalar>(std::move(values),
                                             column.mapping.arrow_type);
}

template <typename Scalar>
Cell ReadInteger(const std::string& bytes, size_t width, bool is_signed) {
  if (bytes.size() != width) return Malformed();
  const int64_t value = is_signed ? Signed(bytes, 0, width)
                                  : static_cast<int64_t>(Unsigned(bytes, 0, width));
  return std::make_shared<Scalar>(static_cast<typename Scalar::ValueType>(value));
}

template <typename Bits, typename Number>
Cell ReadFloat(const std::string& bytes) {
  if (bytes.size() != sizeof(Bits)) return Malformed();
  return arrow::MakeScalar(
      std::bit_cast<Number>(static_cast<Bits>(Unsigned(bytes, 0, sizeof(Bits)))));
}

Cell ReadCell(const CopyColumn& column, const std::string& bytes, PolicyCounts* counts) {
  switch (column.mapping.wire) {
    case WireForm::kBoolean:
      if (bytes.size() != 1 || Unsigned(bytes, 0, 1) > 1) return Malformed();
      return arrow::MakeScalar(bytes[0] == 1);
    case WireForm::kInt16:
      return ReadInteger<arrow::Int16Scalar>(bytes, 2, /*is_signed=*/true);
    case WireForm::kInt32:
      return ReadInteger<arrow::Int32Scalar>(bytes, 4, /*is_signed=*/true);
    case WireForm::kInt64:
      return ReadInteger<arrow::Int64Scalar>(bytes, 8, /*is_signed=*/true);
    case WireForm::kUint32:
      return ReadInteger<arrow::Int64Scalar>(bytes, 4, /*is_signed=*/false);
    case WireForm::kFloat:
      return ReadFloat<uint32_t, float>(bytes);
    case WireForm::kDouble:
      return ReadFloat<uint64_t, double>(bytes);
    case WireForm::kNumericDecimal:
      return ReadDecimal(column, bytes, counts);
    case WireForm::kNumericText:
      return ReadNumericText(bytes);
    case WireForm::kText:
      return arrow::MakeScalar(bytes);
    case WireForm::kJsonb:
      return !bytes.empty() && bytes[0] == 1 ? Cell(arrow::MakeScalar(bytes.substr(1)))
                                             : Malformed();
    case WireForm::kUuidText:
      return ReadUuid(bytes);
    case WireForm::kDate:
      return ReadCalendar(column, bytes, /*unit=*/1, counts);
    case WireForm::kTimestamp:
      return ReadCalendar(column, bytes, /*unit=*/86'400'000'000, counts);
    case WireForm::kList:
      return ReadList(column, bytes, counts);
    default:
      return MakeError(ErrorKind::kBug, "the plain decoder does not know this form");
  }
}

/// Bytes of a row on the wire, and those by which its printed numerics outgrow it.
std::pair<int64_t, int64_t> SizeOf(const CopyRequest& request, const PlainRow& row) {
  auto wire_bytes = static_cast<int64_t>(row.damage.size());
  int64_t expansion = 0;
  for (size_t index = 0; index < row.fields.size(); ++index) {
    const auto& field = row.fields[index];
    const auto size = static_cast<int64_t>(field.has_value() ? field->size() : 0);
    wire_bytes += 4 + size;
    if (!field || request.columns[index].mapping.wire != WireForm::kNumericText) continue;
    if (const Cell cell = ReadNumericText(*field); cell.ok()) {
      const auto& text = static_cast<const arrow::StringScalar&>(**cell);
      expansion += std::max<int64_t>(text.value->size() - size, 0);
    }
  }
  return {wire_bytes, expansion};
}

}  // namespace

std::vector<std::string> MessagesOf(const std::vector<PlainRow>& rows) {
  std::vector<std::string> messages{CopyHeader()};
  for (const PlainRow& row : rows) {
    std::vector<std::optional<std::string>> fields{Ctid(row.block, 1)};
    fields.insert(fields.end(), row.fields.begin(), row.fields.end());
    messages.push_back(CopyRow(fields) + row.damage);
  }
  messages.push_back(CopyTrailer());
  return messages;
}

arrow::Result<PlainAnswer> DecodePlainly(const CopyRequest& request,
                                         const std::vector<PlainRow>& rows) {
  PlainAnswer answer{.counts = std::vector<PolicyCounts>(request.columns.size())};
  const auto schema = SchemaOf(request.columns);
  ARROW_ASSIGN_OR_RAISE(auto builder, arrow::RecordBatchBuilder::Make(
                                          schema, arrow::default_memory_pool()));
  const auto range_of = [&](const PlainRow& row) {
    size_t range = 0;
    while (request.ranges[range].end.has_value() &&
           row.block >= *request.ranges[range].end)
      ++range;
    return static_cast<int32_t>(range);
  };
  int64_t batch_rows = 0;
  int64_t batch_bytes = 0;
  int32_t batch_range = 0;
  const auto finish = [&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(auto batch, builder->Flush());
    answer.batches.push_back({.rows = std::move(batch), .range = batch_range});
    batch_rows = batch_bytes = 0;
    return arrow::Status::OK();
  };
  for (size_t number = 0; number < rows.size(); ++number) {
    const PlainRow& row = rows[number];
    const auto [wire_bytes, expansion] = SizeOf(request, row);
    if (batch_rows > 0 &&
        (range_of(row) != batch_range || batch_rows == request.batch_rows ||
         batch_bytes + wire_bytes > request.batch_bytes)) {
      ARROW_RETURN_NOT_OK(finish());
    }
    batch_range = range_of(row);
    const std::string place = "row " + std::to_string(number + 1) + " (ctid (" +
                              std::to_string(row.block) + ",1)): ";
    if (!row.damage.empty()) {
      answer.status = MakeError(ErrorKind::kCorruptData, place);
      return answer;
    }
    for (size_t index = 0; index < row.fields.size(); ++index) {
      const CopyColumn& column = request.columns[index];
      Cell cell = arrow::MakeNullScalar(column.mapping.arrow_type);
      if (row.fields[index].has_value()) {
        cell = ReadCell(column, *row.fields[index], &answer.counts[index]);
      }
      if (!cell.ok()) {
        answer.status =
            MakeError(KindOf(cell.status()), place + "column \"" + column.name + "\": ");
        return answer;
      }
      ARROW_RETURN_NOT_OK(
          builder->GetField(static_cast<int>(index))->AppendScalar(**cell));
    }
    ++batch_rows;
    batch_bytes += wire_bytes + expansion;
  }
  if (batch_rows > 0) ARROW_RETURN_NOT_OK(finish());
  return answer;
}

}  // namespace carmilla
