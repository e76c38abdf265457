#include "postgres/copy_maker.h"

#include <array>
#include <initializer_list>
#include <utility>

#include "postgres/recorded_stream.h"
#include "postgres/sample_columns.h"

namespace carmilla {
namespace {

constexpr std::array kWidths{9, 18, 38};
constexpr uint64_t kDay = 86'400'000'000;
constexpr uint64_t kEndOfZones = 57'600;

}  // namespace

CopyRequest CopyMaker::Request() {
  CopyRequest request;
  request.relation = {"app", "orders"};
  request.parent = request.relation;
  request.method = ScanMethod::kSequential;
  request.ranges = {{0, 3}, {3, 4}, {4, std::nullopt}};
  request.batch_rows = static_cast<int64_t>(1 + Below(400));
  request.batch_bytes = static_cast<int64_t>(1 + Below(100'000));
  is_text_unchecked_ = request.is_text_unchecked = Below(3) == 0;
  request.columns = ColumnsOfAllForms();
  for (const int32_t precision : kWidths) {
    const auto end = static_cast<uint64_t>(precision) + 1;
    request.columns.push_back(DecimalColumn(precision, static_cast<int32_t>(Below(end))));
  }
  // Where values may outgrow their bytes, rows are decoded one by one.
  if (Below(3) != 0) {
    std::erase_if(request.columns,
                  [](const CopyColumn& column) { return Expands(column.mapping); });
  }
  std::ranges::shuffle(request.columns, random_);
  request.columns.resize(1 + Below(request.columns.size()));
  for (CopyColumn& column : request.columns) column.policies = Policies();
  return request;
}

ValuePolicies CopyMaker::Policies() {
  const auto any = [this](std::initializer_list<ValuePolicy> policies) {
    return policies.begin()[Below(policies.size())];
  };
  using enum ValuePolicy;
  return {.on_nan = any({kError, kNull}),
          .on_infinity = any({kError, kNull, kClamp}),
          .on_out_of_range = any({kError, kNull, kClamp}),
          .on_precision = any({kError, kNull, kFloor}),
          .on_array_shape = any({kError, kNull, kFlatten}),
          .on_invalid_utf8 = any({kError, kNull})};
}

bool CopyMaker::IsUnusual(ValuePolicy policy) {
  const uint64_t every = policy != ValuePolicy::kError ? 10 : 100 * damage_every_;
  return every > 0 && Below(every) == 0;
}

std::vector<PlainRow> CopyMaker::Rows(const CopyRequest& request) {
  std::vector<PlainRow> rows(Below(600));
  // Half of the copies have nothing wrong in them.
  damage_every_ = Below(2) == 0 ? 0 : 1 + Below(3000);
  const uint64_t null_every = 1 + Below(30);
  uint32_t block = 0;
  for (PlainRow& row : rows) {
    if (Below(100) == 0) ++block;
    row.block = block;
    if (damage_every_ > 0 && Below(damage_every_ * 10) == 0) row.damage = "xyz";
    for (const CopyColumn& column : request.columns) {
      policies_ = column.policies;
      if (Below(null_every) == 0) {
        row.fields.emplace_back(std::nullopt);
      } else {
        const bool is_damaged = damage_every_ > 0 && Below(damage_every_) == 0;
        std::string value = Value(column.mapping);
        row.fields.emplace_back(is_damaged ? Damaged(column.mapping.wire, value) : value);
      }
    }
  }
  return rows;
}

std::string CopyMaker::Bytes(uint64_t size) {
  std::string bytes;
  while (bytes.size() < size) bytes += static_cast<char>('a' + Below(26));
  return bytes;
}

/// Mostly short; sometimes as long as where copying changes its way; seldom long.
std::string CopyMaker::Text() {
  static constexpr std::array kNoUtf8{"\xff", "\xc0\x80", "\xed\xa0\x80",
                                      "\xf4\x90\x80\x80", "\xe2\x82"};
  if (is_text_unchecked_ && IsUnusual(policies_.on_invalid_utf8)) {
    return Bytes(Below(20)) + kNoUtf8[Below(kNoUtf8.size())] + Bytes(Below(3));
  }
  if (Below(200) == 0) return Bytes(Below(40'000));
  const std::string more = Below(5) == 0 ? "\u00e9\u20ac\U0001f389" : "";
  return Bytes(Below(8) == 0 ? Below(300) : Below(40)) + more;
}

/// As numeric_send writes it: no zeros outside; with the display scale.
std::string CopyMaker::Numeric(int32_t precision, int32_t scale) {
  const auto integer_groups = static_cast<uint64_t>((precision - scale) / 4);
  const auto fraction_groups = static_cast<uint64_t>(scale / 4);
  std::vector<uint64_t> groups(integer_groups + fraction_groups);
  for (uint64_t& group : groups) group = Below(3) == 0 ? 0 : Below(10'000);
  if (Below(3) == 0) {
    // Decimals of a group that is not full.
    uint64_t cut = 1;
    for (int32_t digit = scale % 4; digit < 4; ++digit) cut *= 10;
    groups.push_back(scale % 4 == 0 ? 0 : Below(10'000) / cut * cut);
  }
  auto weight = static_cast<int64_t>(integer_groups) - 1;
  while (!groups.empty() && groups.front() == 0) {
    groups.erase(groups.begin());
    --weight;
  }
  while (!groups.empty() && groups.back() == 0) groups.pop_back();
  if (groups.empty()) weight = 0;
  std::string bytes = BigEndian(groups.size(), 2) +
                      BigEndian(static_cast<uint64_t>(weight), 2) +
                      BigEndian(groups.empty() ? 0 : Below(2) * 0x4000, 2) +
                      BigEndian(static_cast<uint64_t>(scale), 2);
  for (const uint64_t group : groups) bytes += BigEndian(group, 2);
  return bytes;
}

/// Near the ends of double, and beyond them.
std::string CopyMaker::HugeNumeric() {
  const auto weight = static_cast<int64_t>(70 + Below(16));
  const bool is_small = Below(2) == 0;
  return BigEndian(1, 2) +
         BigEndian(static_cast<uint64_t>(is_small ? -weight : weight), 2) +
         BigEndian(Below(2) * 0x4000, 2) +
         BigEndian(static_cast<uint64_t>(is_small ? 4 * weight : 0), 2) +
         BigEndian(1 + Below(9999), 2);
}

std::string CopyMaker::Decimal(const TypeMapping& mapping) {
  if (IsUnusual(policies_.on_nan)) {
    return BigEndian(0, 4) + BigEndian(Below(2) == 0 ? 0xc000 : 0xf000, 2) +
           BigEndian(0, 2);
  }
  const bool is_beyond = IsUnusual(policies_.on_out_of_range);
  return is_beyond ? Numeric(mapping.precision + 9, mapping.scale + 3)
                   : Numeric(mapping.precision, mapping.scale);
}

std::string CopyMaker::Timestamp(bool is_milli) {
  if (IsUnusual(policies_.on_infinity)) {
    static constexpr std::array<uint64_t, 3> kInfinities{1ULL << 63, ~(1ULL << 63),
                                                         9'223'371'331'199'999'999ULL};
    return BigEndian(kInfinities[Below(kInfinities.size())], 8);
  }
  uint64_t micros =
      Below(800'000'000'000'000) - (Below(2) == 0 ? 2'000'000'000'000'000 : 0);
  if (is_milli && !IsUnusual(policies_.on_precision)) {
    micros = static_cast<uint64_t>(static_cast<int64_t>(micros) / 1000 * 1000);
  }
  return BigEndian(micros, 8);
}

std::string CopyMaker::Time() {
  const bool is_midnight = IsUnusual(policies_.on_out_of_range);
  return BigEndian(is_midnight ? kDay : Below(kDay) / (Below(2) == 0 ? 1 : 1000), 8);
}

std::string CopyMaker::Interval() {
  if (IsUnusual(policies_.on_infinity)) {
    const uint64_t bit = Below(2);
    return BigEndian((1ULL << 63) - bit, 8) + BigEndian((1ULL << 31) - bit, 4) +
           BigEndian((1ULL << 31) - bit, 4);
  }
  const auto any = [this](uint64_t most) { return Below(3) == 0 ? 0 : random_() % most; };
  const uint64_t sign = Below(2) == 0 ? 1 : ~0ULL;
  return BigEndian(sign * any(1ULL << (20 + Below(43))), 8) + BigEndian(any(1000), 4) +
         BigEndian(~any(1000), 4);
}

std::string CopyMaker::Network() {
  const bool is_four = Below(2) == 0;
  const uint64_t size = is_four ? 4 : 16;
  std::string address(size, '\0');
  for (uint64_t at = 0; at < size; at += 2) {
    if (Below(2) == 0) address.replace(at, 2, BigEndian(random_(), 2));
  }
  if (!is_four && Below(4) == 0)
    address.replace(0, 12, std::string(10, '\0') + "\xff\xff");
  return BigEndian(is_four ? 2 : 3, 1) +
         BigEndian(Below(2) == 0 ? 8 * size : Below(8 * size), 1) +
         BigEndian(Below(2), 1) + BigEndian(size, 1) + address;
}

std::string CopyMaker::Bits() {
  const uint64_t count = Below(70);
  return BigEndian(count, 4) + Bytes((count + 7) / 8);
}

std::string CopyMaker::Floats() {
  const uint64_t count = Below(5);
  std::string bytes = BigEndian(count, 2) + BigEndian(0, 2);
  for (uint64_t index = 0; index < count; ++index) bytes += BigEndian(random_(), 4);
  return bytes;
}

/// With its length; sometimes NULL, or never.
std::string CopyMaker::Field(const TypeMapping& mapping, uint64_t null_every) {
  if (null_every > 0 && Below(null_every) == 0) return BigEndian(~0ULL, 4);
  const std::string value = Value(mapping);
  return BigEndian(value.size(), 4) + value;
}

std::string CopyMaker::List(const TypeMapping& mapping) {
  const uint64_t count = Below(4);
  const bool is_other = count > 0 && IsUnusual(policies_.on_array_shape);
  const bool is_square = is_other && Below(2) == 0;
  const uint64_t lowest = mapping.wire == WireForm::kZeroBasedList ? 0 : 1;
  std::string bytes = BigEndian(count == 0  ? 0
                                : is_square ? 2
                                            : 1,
                                4) +
                      BigEndian(0, 4) + BigEndian(25, 4);
  if (count > 0) bytes += BigEndian(count, 4) + BigEndian(lowest + (is_other ? 1 : 0), 4);
  if (is_square) bytes += BigEndian(2, 4) + BigEndian(lowest, 4);
  for (uint64_t index = 0; index < count * (is_square ? 2 : 1); ++index) {
    bytes += Field(mapping.parts.front(), /*null_every=*/5);
  }
  return bytes;
}

std::string CopyMaker::Struct(const TypeMapping& mapping) {
  std::string bytes = BigEndian(mapping.parts.size(), 4);
  for (size_t index = 0; index < mapping.parts.size(); ++index) {
    bytes += BigEndian(mapping.member_oids[index], 4) +
             Field(mapping.parts[index], /*null_every=*/4);
  }
  return bytes;
}

std::string CopyMaker::Range(const TypeMapping& mapping) {
  const uint64_t flags = Below(5) == 0 ? 1 : Below(16) << 1;
  std::string bytes = BigEndian(flags, 1);
  const ValuePolicies policies = policies_;
  for (const PolicyField& field : kPolicyFields) {
    // Which refuses what is unusual, since a bound is never NULL.
    if (policies_.*field.member == ValuePolicy::kNull) {
      policies_.*field.member = ValuePolicy::kError;
    }
  }
  for (const uint64_t infinite : {8, 16}) {
    if ((flags & (1 | infinite)) == 0) {
      bytes += Field(mapping.parts.front(), /*null_every=*/0);
    }
  }
  policies_ = policies;
  return bytes;
}

std::string CopyMaker::Map() {
  const TypeMapping text{.wire = WireForm::kText};
  const uint64_t count = Below(4);
  std::string bytes = BigEndian(count, 4);
  for (uint64_t index = 0; index < count; ++index) {
    const ValuePolicy policy =
        std::exchange(policies_.on_invalid_utf8, ValuePolicy::kError);
    bytes += Field(text, /*null_every=*/0);
    policies_.on_invalid_utf8 = policy;
    bytes += Field(text, /*null_every=*/4);
  }
  return bytes;
}

std::string CopyMaker::NumberValue(const TypeMapping& mapping) {
  switch (mapping.wire) {
    case WireForm::kBoolean:
      return BigEndian(Below(2), 1);
    case WireForm::kInt16:
      return BigEndian(random_(), 2);
    case WireForm::kInt32:
    case WireForm::kUint32:
    case WireForm::kFloat:
      return BigEndian(random_(), 4);
    case WireForm::kInt64:
    case WireForm::kDouble:
    case WireForm::kInt64Decimal:
    case WireForm::kUint64Decimal:
      return BigEndian(random_(), 8);
    case WireForm::kNumericDecimal:
      return Decimal(mapping);
    case WireForm::kNumericDouble:
      if (IsUnusual(policies_.on_out_of_range)) return HugeNumeric();
      [[fallthrough]];
    default:
      return Numeric(static_cast<int32_t>(20 + Below(20)),
                     static_cast<int32_t>(Below(20)));
  }
}

std::string CopyMaker::Value(const TypeMapping& mapping) {
  switch (mapping.wire) {
    case WireForm::kText:
    case WireForm::kBytes:
      return Text();
    case WireForm::kTrimmedText:
      return Text() + std::string(Below(5), ' ');
    case WireForm::kJsonb:
      return "\1" + Text();
    case WireForm::kCharacter:
      return BigEndian(random_(), 1);
    case WireForm::kUuidText:
    case WireForm::kUuidBytes:
      return BigEndian(random_(), 8) + BigEndian(random_(), 8);
    case WireForm::kDate:
      if (IsUnusual(policies_.on_infinity)) return BigEndian((1ULL << 31) - Below(2), 4);
      return BigEndian(Below(10) == 0 ? 2'921'930 + Below(20) : Below(10'000), 4);
    case WireForm::kTimestamp: {
      const auto& type = static_cast<const arrow::TimestampType&>(*mapping.arrow_type);
      return Timestamp(type.unit() == arrow::TimeUnit::MILLI);
    }
    case WireForm::kTimeText:
    case WireForm::kTimeMicros:
      return Time();
    case WireForm::kTimetzText:
      return Time() + BigEndian(Below(kEndOfZones) * (Below(2) == 0 ? 1 : ~0ULL), 4);
    case WireForm::kIntervalText:
    case WireForm::kIntervalParts:
      return Interval();
    case WireForm::kNetworkText:
      return Network();
    case WireForm::kMacAddressText:
      return Bytes(6 + 2 * Below(2));
    case WireForm::kBitText:
      return Bits();
    case WireForm::kFloatList:
      return Floats();
    case WireForm::kList:
    case WireForm::kZeroBasedList:
      return List(mapping);
    case WireForm::kMultirange: {
      const uint64_t count = Below(3);
      std::string bytes = BigEndian(count, 4);
      for (uint64_t index = 0; index < count; ++index) {
        bytes += Field(mapping.parts.front(), /*null_every=*/0);
      }
      return bytes;
    }
    case WireForm::kTextMap:
      return Map();
    case WireForm::kStruct:
      return Struct(mapping);
    case WireForm::kRange:
      return Range(mapping);
    default:
      return NumberValue(mapping);
  }
}

/// Something that is refused, or at least another value.
std::string CopyMaker::Damaged(WireForm wire, std::string value) {
  switch (Below(5)) {
    case 0:
      value += Bytes(1);
      return value;
    case 1:
      value.resize(value.size() / 2);
      return value;
    case 2:  // NaN
      return wire == WireForm::kNumericDecimal ? FromHex("00000000c0000000")
                                               : value + Bytes(3);
    case 3:  // infinity
      return wire == WireForm::kDate ? BigEndian(0x7fffffff, 4) : std::string();
    default:
      if (value.size() > 9) value[8] = static_cast<char>(random_());
      return value;
  }
}

}  // namespace carmilla
