#include "postgres/column_decoder.h"

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "postgres/recorded_stream.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TypeMapping Mapping(WireForm wire, std::shared_ptr<arrow::DataType> type) {
  return {.wire = wire, .arrow_type = std::move(type)};
}

TypeMapping Decimal(int32_t precision, int32_t scale,
                    std::shared_ptr<arrow::DataType> type) {
  TypeMapping mapping = Mapping(WireForm::kNumericDecimal, std::move(type));
  mapping.precision = precision;
  mapping.scale = scale;
  return mapping;
}

TypeMapping ListOf(TypeMapping element) {
  auto type = arrow::list(element.arrow_type);
  TypeMapping mapping = Mapping(WireForm::kList, std::move(type));
  mapping.parts.push_back(std::move(element));
  return mapping;
}

class ColumnDecoderTest : public ::testing::Test {
 protected:
  /// Decodes one value per text, NULL for nothing, into an array.
  arrow::Result<std::shared_ptr<arrow::Array>> Decode(
      const TypeMapping& mapping, const std::vector<std::optional<std::string>>& values) {
    ARROW_ASSIGN_OR_RAISE(
        auto decoder, MakeColumnDecoder(mapping, {.column = "price",
                                                  .policies = policies_,
                                                  .counts = &counts_,
                                                  .expansion = &expansion_,
                                                  .server_version = server_version_}));
    ARROW_RETURN_NOT_OK(decoder->Reserve(static_cast<int64_t>(values.size())));
    RecordedColumn column(values);
    if (decoder->Append(column.fields()) != std::ssize(values)) {
      return decoder->error();
    }
    ARROW_ASSIGN_OR_RAISE(auto data, decoder->Finish());
    auto array = arrow::MakeArray(data);
    ARROW_RETURN_NOT_OK(array->ValidateFull());
    return array;
  }

  std::string Text(const TypeMapping& mapping,
                   const std::vector<std::optional<std::string>>& values) {
    const auto array = Decode(mapping, values);
    if (!array.ok()) return array.status().ToString();
    std::string text;
    for (int64_t row = 0; row < (*array)->length(); ++row) {
      text += (row > 0 ? "|" : "") + (*array)->GetScalar(row).ValueOrDie()->ToString();
    }
    return text;
  }

  ValuePolicies policies_;
  PolicyCounts counts_;
  ExpansionMeter expansion_;
  int32_t server_version_ = 150000;
};

std::string WireNan() { return FromHex("00000000c0000000"); }
std::string WireInfinity() { return FromHex("00000000d0000020"); }

TEST_F(ColumnDecoderTest, WidensUnsignedNumbersWithoutASign) {
  EXPECT_EQ(Text(Mapping(WireForm::kUint32, arrow::int64()),
                 {BigEndian(0xffffffff, 4), BigEndian(0, 4), std::nullopt}),
            "4294967295|0|null");
}

TEST_F(ColumnDecoderTest, KeepsEveryBitOfNumbers) {
  EXPECT_EQ(Text(Mapping(WireForm::kInt16, arrow::int16()), {BigEndian(0x8000, 2)}),
            "-32768");
  EXPECT_EQ(Text(Mapping(WireForm::kInt64, arrow::int64()), {BigEndian(1ULL << 63, 8)}),
            "-9223372036854775808");
  ASSERT_OK_AND_ASSIGN(const auto array,
                       Decode(Mapping(WireForm::kDouble, arrow::float64()),
                              {BigEndian(0x7ff8000000000123, 8)}));
  // A NaN with a payload and a negative zero differ from others in their bits alone.
  EXPECT_EQ(array->data()->GetValues<uint64_t>(1)[0], 0x7ff8000000000123U);
}

TEST_F(ColumnDecoderTest, PacksBooleans) {
  std::vector<std::optional<std::string>> values;
  std::string expected;
  for (int row = 0; row < 19; ++row) {
    values.push_back(row == 17 ? std::nullopt
                               : std::optional(BigEndian(row % 3 == 0 ? 1 : 0, 1)));
    expected += std::string(row > 0 ? "|" : "") + (row == 17      ? "null"
                                                   : row % 3 == 0 ? "true"
                                                                  : "false");
  }
  EXPECT_EQ(Text(Mapping(WireForm::kBoolean, arrow::boolean()), values), expected);
  EXPECT_THAT(Decode(Mapping(WireForm::kBoolean, arrow::boolean()), {"\2"}),
              HasKind(ErrorKind::kCorruptData));
}

TEST_F(ColumnDecoderTest, RefusesNanInDecimalsByDefault) {
  const auto result = Decode(Decimal(9, 2, arrow::decimal32(9, 2)), {WireNan()});
  EXPECT_THAT(result, HasKind(ErrorKind::kData));
  EXPECT_THAT(result, StatusMessageHas("column \"price\""));
  EXPECT_THAT(result, StatusMessageHas("on_nan: error"));
  EXPECT_THAT(result, StatusHintHas("{\"price\": {on_nan: null}}"));
  EXPECT_EQ(counts_.total(), 0);
}

TEST_F(ColumnDecoderTest, CountsNanThatBecomesNull) {
  policies_.on_nan = ValuePolicy::kNull;
  const std::string one = FromHex("0001000000000002 0001");
  EXPECT_EQ(
      Text(Decimal(38, 2, arrow::decimal128(38, 2)), {WireNan(), one, WireInfinity()}),
      "null|1.00|null");
  EXPECT_EQ(counts_.nan, 2);
  EXPECT_EQ(counts_.infinity, 0);
}

TEST_F(ColumnDecoderTest, RefusesNumbersThatTheDecimalCannotHold) {
  const auto result =
      Decode(Decimal(3, 0, arrow::decimal32(3, 0)), {FromHex("0001000000000000 04d2")});
  EXPECT_THAT(result, HasKind(ErrorKind::kData));
  EXPECT_THAT(result, StatusMessageHas("decimal32(3, 0)"));
  EXPECT_THAT(result.status().message(), Not(HasSubstr("1234")));
}

TEST_F(ColumnDecoderTest, KeepsSpecialNumbersAsText) {
  EXPECT_EQ(Text(Mapping(WireForm::kNumericText, arrow::utf8()),
                 {WireNan(), WireInfinity(), std::nullopt}),
            "NaN|Infinity|null");
  EXPECT_EQ(counts_.total(), 0);
}

TEST_F(ColumnDecoderTest, StopsNumbersThatOutgrowTheRowWhenPrinted) {
  expansion_.limit = 100000;
  EXPECT_THAT(Decode(Mapping(WireForm::kNumericText, arrow::utf8()),
                     {FromHex("0001 7fff 0000 0000 03e8")}),
              HasKind(ErrorKind::kRowTooLarge));
}

TEST_F(ColumnDecoderTest, TreatsInfiniteDatesAsThePolicySays) {
  const TypeMapping date = Mapping(WireForm::kDate, arrow::date32());
  const std::vector<std::optional<std::string>> values{
      BigEndian(0x7fffffff, 4), BigEndian(0x80000000, 4), BigEndian(0, 4)};
  EXPECT_THAT(Decode(date, values), HasKind(ErrorKind::kData));
  policies_.on_infinity = ValuePolicy::kNull;
  EXPECT_EQ(Text(date, values), "null|null|2000-01-01");
  policies_.on_infinity = ValuePolicy::kClamp;
  ASSERT_OK_AND_ASSIGN(const auto array, Decode(date, values));
  const auto* days = array->data()->GetValues<int32_t>(1);
  EXPECT_EQ(days[0], 2'145'042'905);  // 5874897-12-31
  EXPECT_EQ(days[1], -2'440'588);     // 4714-11-24 BC
  EXPECT_EQ(counts_.infinity, 4);
}

TEST_F(ColumnDecoderTest, TreatsTimestampsBeyondInt64AsInfinite) {
  const TypeMapping timestamp =
      Mapping(WireForm::kTimestamp, arrow::timestamp(arrow::TimeUnit::MICRO));
  constexpr int64_t kLastStored =
      std::numeric_limits<int64_t>::max() - kUnixToPostgresMicros;
  const auto wire = [](int64_t value) {
    return BigEndian(static_cast<uint64_t>(value), 8);
  };
  ASSERT_OK_AND_ASSIGN(auto array, Decode(timestamp, {wire(kLastStored)}));
  EXPECT_EQ(array->data()->GetValues<int64_t>(1)[0], std::numeric_limits<int64_t>::max());
  EXPECT_EQ(counts_.unusual_years, 1);
  const auto refused = Decode(timestamp, {wire(kLastStored + 1)});
  EXPECT_THAT(refused, HasKind(ErrorKind::kData));
  EXPECT_THAT(refused, StatusHintHas("{on_infinity: null}}, or clamp instead"));
  policies_.on_infinity = ValuePolicy::kClamp;
  ASSERT_OK_AND_ASSIGN(array,
                       Decode(timestamp, {wire(kLastStored + 1), wire(kTimestampInfinity),
                                          wire(kTimestampMinusInfinity)}));
  const auto* micros = array->data()->GetValues<int64_t>(1);
  EXPECT_EQ(micros[0], std::numeric_limits<int64_t>::max());
  EXPECT_EQ(micros[1], std::numeric_limits<int64_t>::max());
  EXPECT_EQ(micros[2], kFirstTimestamp + kUnixToPostgresMicros);
  EXPECT_EQ(counts_.infinity, 3);
}

TEST_F(ColumnDecoderTest, RefusesDatesThatNoServerHas) {
  const TypeMapping date = Mapping(WireForm::kDate, arrow::date32());
  EXPECT_THAT(Decode(date, {BigEndian(0x7ffffffe, 4)}), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(Decode(date, {BigEndian(0x80000001, 4)}), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(
      Decode(Mapping(WireForm::kTimeText, arrow::utf8()), {BigEndian(86'400'000'001, 8)}),
      HasKind(ErrorKind::kCorruptData));
}

TEST_F(ColumnDecoderTest, PrintsIntervalsByTheServersVersion) {
  const TypeMapping interval = Mapping(WireForm::kIntervalText, arrow::utf8());
  const std::string largest = FromHex("7fffffffffffffff 7fffffff 7fffffff");
  const std::string smallest = FromHex("8000000000000000 80000000 80000000");
  EXPECT_EQ(Text(interval, {largest}), "P178956970Y7M2147483647DT2562047788H54.775807S");
  server_version_ = 170001;
  EXPECT_EQ(Text(interval, {largest, smallest}), "infinity|-infinity");
}

TEST_F(ColumnDecoderTest, PrintsTheCharacterTypeLikeTheServer) {
  EXPECT_EQ(Text(Mapping(WireForm::kCharacter, arrow::utf8()),
                 {std::string("\0", 1), "x", "\xc3", "\xff"}),
            "|x|\\303|\\377");
}

TEST_F(ColumnDecoderTest, PrintsUuidsAndJson) {
  EXPECT_EQ(Text(Mapping(WireForm::kUuidText, arrow::utf8()),
                 {FromHex("00112233445566778899AABBCCDDEEFF")}),
            "00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_EQ(Text(Mapping(WireForm::kJsonb, arrow::utf8()), {"\1{}"}), "{}");
  EXPECT_THAT(Decode(Mapping(WireForm::kJsonb, arrow::utf8()), {"\2{}"}),
              HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(Decode(Mapping(WireForm::kJsonb, arrow::utf8()), {""}),
              HasKind(ErrorKind::kCorruptData));
}

std::string ArrayHeader(int32_t num_dimensions) {
  return BigEndian(static_cast<uint64_t>(num_dimensions), 4) + BigEndian(0, 4) +
         BigEndian(23, 4);
}

std::string ArrayOf(const std::vector<std::optional<std::string>>& elements,
                    uint64_t lower_bound = 1) {
  std::string bytes =
      ArrayHeader(1) + BigEndian(elements.size(), 4) + BigEndian(lower_bound, 4);
  return bytes + CopyRow(elements).substr(2);
}

TEST_F(ColumnDecoderTest, ReadsListsWithNulls) {
  const TypeMapping list = ListOf(Mapping(WireForm::kInt32, arrow::int32()));
  ASSERT_OK_AND_ASSIGN(
      const auto array,
      Decode(list, {ArrayOf({BigEndian(1, 4), std::nullopt}), ArrayHeader(0),
                    std::nullopt, ArrayOf({}), ArrayOf({BigEndian(7, 4)})}));
  const auto& lists = static_cast<const arrow::ListArray&>(*array);
  const auto& numbers = static_cast<const arrow::Int32Array&>(*lists.values());
  EXPECT_EQ(lists.null_count(), 1);
  EXPECT_TRUE(lists.IsNull(2));
  EXPECT_EQ(lists.value_length(0), 2);
  EXPECT_EQ(lists.value_length(1), 0);
  EXPECT_EQ(lists.value_length(3), 0);
  EXPECT_EQ(lists.value_length(4), 1);
  ASSERT_EQ(numbers.length(), 3);
  EXPECT_EQ(numbers.Value(0), 1);
  EXPECT_TRUE(numbers.IsNull(1));
  EXPECT_EQ(numbers.Value(2), 7);
}

TEST_F(ColumnDecoderTest, RefusesListsOfAnotherShape) {
  const TypeMapping list = ListOf(Mapping(WireForm::kInt32, arrow::int32()));
  const auto shifted = Decode(list, {ArrayOf({BigEndian(1, 4)}, 0)});
  EXPECT_THAT(shifted, HasKind(ErrorKind::kData));
  EXPECT_THAT(shifted, StatusMessageHas("on_array_shape"));
  EXPECT_THAT(shifted, StatusMessageHas("column \"price\""));
  const std::string square = ArrayHeader(2) + BigEndian(1, 4) + BigEndian(1, 4) +
                             BigEndian(1, 4) + BigEndian(1, 4) + BigEndian(4, 4) +
                             BigEndian(1, 4);
  EXPECT_THAT(Decode(list, {square}), HasKind(ErrorKind::kData));
}

TEST_F(ColumnDecoderTest, RefusesMalformedLists) {
  const TypeMapping list = ListOf(Mapping(WireForm::kInt32, arrow::int32()));
  const std::string good = ArrayOf({BigEndian(1, 4), BigEndian(2, 4)});
  for (size_t length = 0; length < good.size(); ++length) {
    EXPECT_THAT(Decode(list, {good.substr(0, length)}), HasKind(ErrorKind::kCorruptData));
  }
  EXPECT_THAT(Decode(list, {good + "x"}), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(Decode(list, {ArrayHeader(0) + "x"}), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(Decode(list, {ArrayHeader(-1)}), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(Decode(list, {ArrayOf({}) + "x"}), HasKind(ErrorKind::kCorruptData));
  const std::string huge = ArrayHeader(1) + BigEndian(0x7fffffff, 4) + BigEndian(1, 4);
  EXPECT_THAT(Decode(list, {huge}), HasKind(ErrorKind::kCorruptData));
}

TEST_F(ColumnDecoderTest, PrintsBitStrings) {
  const TypeMapping bits = Mapping(WireForm::kBitText, arrow::utf8());
  EXPECT_EQ(Text(bits, {FromHex("00000000"), FromHex("00000005 b0"), std::nullopt,
                        FromHex("0000000c ff00")}),
            "|10110|null|111111110000");
  for (const char* hex : {"", "000000", "00000001", "00000000 00", "00000009 ff",
                          "ffffffff", "7fffffff 00"}) {
    EXPECT_THAT(Decode(bits, {FromHex(hex)}), HasKind(ErrorKind::kCorruptData)) << hex;
  }
  expansion_.limit = 100;
  EXPECT_THAT(Decode(bits, {BigEndian(1600, 4) + std::string(200, 'x')}),
              HasKind(ErrorKind::kRowTooLarge));
}

TEST_F(ColumnDecoderTest, PrintsTimesWithTheirOffset) {
  const TypeMapping times = Mapping(WireForm::kTimetzText, arrow::utf8());
  const auto at = [](uint64_t micros, int32_t seconds_west) {
    return BigEndian(micros, 8) + BigEndian(static_cast<uint32_t>(seconds_west), 4);
  };
  EXPECT_EQ(Text(times, {at(0, 0), at(86'400'000'000, -57'599), at(1, 57'540),
                         at(500'000, -19'815), at(0, 3600)}),
            "00:00:00+00|24:00:00+15:59:59|00:00:00.000001-15:59|"
            "00:00:00.5+05:30:15|00:00:00-01");
  for (const std::string& value : {at(86'400'000'001, 0), at(0, 57'600), at(0, -57'600),
                                   at(~0ULL, 0), BigEndian(0, 8)}) {
    EXPECT_THAT(Decode(times, {value}), HasKind(ErrorKind::kCorruptData));
  }
}

TEST_F(ColumnDecoderTest, PrintsMacAddresses) {
  const TypeMapping addresses = Mapping(WireForm::kMacAddressText, arrow::utf8());
  EXPECT_EQ(Text(addresses, {FromHex("08002b010203"), FromHex("ffffffffffffff00")}),
            "08:00:2b:01:02:03|ff:ff:ff:ff:ff:ff:ff:00");
  EXPECT_THAT(Decode(addresses, {FromHex("08002b01020304")}),
              HasKind(ErrorKind::kCorruptData));
}

TEST_F(ColumnDecoderTest, RefusesWhatIsNoNetworkAddress) {
  const TypeMapping networks = Mapping(WireForm::kNetworkText, arrow::utf8());
  EXPECT_EQ(
      Text(networks, {FromHex("02 20 00 04 01020304"), FromHex("02 18 00 04 01020300"),
                      FromHex("02 20 01 04 01020304")}),
      "1.2.3.4|1.2.3.0/24|1.2.3.4/32");
  for (const char* hex :
       {"", "02200004", "02 20 00 04 0102030405", "02 21 00 04 01020304",
        "02 20 02 04 01020304", "03 20 00 04 01020304", "01 20 00 04 01020304",
        "02 20 00 10 00000000000000000000000000000000",
        "03 81 00 10 00000000000000000000000000000000"}) {
    EXPECT_THAT(Decode(networks, {FromHex(hex)}), HasKind(ErrorKind::kCorruptData))
        << hex;
  }
}

TEST_F(ColumnDecoderTest, FloorsTimestampsToMilliseconds) {
  const TypeMapping millis =
      Mapping(WireForm::kTimestamp, arrow::timestamp(arrow::TimeUnit::MILLI));
  ASSERT_OK_AND_ASSIGN(
      const auto array,
      Decode(millis,
             {BigEndian(1999, 8), std::nullopt,
              BigEndian(static_cast<uint64_t>(-kUnixToPostgresMicros - 1), 8),
              BigEndian(static_cast<uint64_t>(-kUnixToPostgresMicros - 1000), 8)}));
  const auto& numbers = static_cast<const arrow::TimestampArray&>(*array);
  EXPECT_EQ(numbers.Value(0), kUnixToPostgresMicros / 1000 + 1);
  EXPECT_TRUE(numbers.IsNull(1));
  EXPECT_EQ(numbers.Value(2), -1);
  EXPECT_EQ(numbers.Value(3), -1);
  EXPECT_EQ(counts_, PolicyCounts{.precision = 2});
}

TEST_F(ColumnDecoderTest, ATimestampFinerThanItsMillisecondsGoesByItsPolicy) {
  const TypeMapping millis =
      Mapping(WireForm::kTimestamp, arrow::timestamp(arrow::TimeUnit::MILLI));
  const std::string whole = BigEndian(2000, 8);
  const std::string finer = BigEndian(2001, 8);
  policies_.on_precision = ValuePolicy::kError;
  EXPECT_OK(Decode(millis, {whole}));
  const auto refused = Decode(millis, {whole, finer});
  EXPECT_THAT(refused, HasKind(ErrorKind::kData));
  EXPECT_THAT(refused,
              StatusMessageHas("a timestamp finer than its milliseconds (on_precision"));
  EXPECT_THAT(refused, StatusHintHas("{on_precision: null}}, or floor instead"));
  EXPECT_EQ(counts_, PolicyCounts{});
  policies_.on_precision = ValuePolicy::kNull;
  EXPECT_THAT(Text(millis, {whole, finer}), ::testing::EndsWith("|null"));
  EXPECT_EQ(counts_, PolicyCounts{.precision = 1});
}

TEST_F(ColumnDecoderTest, AClampedInfinityIsNoQuestionOfPrecision) {
  const TypeMapping millis =
      Mapping(WireForm::kTimestamp, arrow::timestamp(arrow::TimeUnit::MILLI));
  policies_.on_infinity = ValuePolicy::kClamp;
  for (const ValuePolicy on_precision :
       {ValuePolicy::kFloor, ValuePolicy::kError, ValuePolicy::kNull}) {
    SCOPED_TRACE(NameOf(on_precision));
    policies_.on_precision = on_precision;
    counts_ = {};
    ASSERT_OK_AND_ASSIGN(
        const auto array,
        Decode(millis, {BigEndian(static_cast<uint64_t>(kTimestampInfinity), 8),
                        BigEndian(static_cast<uint64_t>(kTimestampMinusInfinity), 8)}));
    EXPECT_EQ(array->null_count(), 0);
    const auto* values = array->data()->GetValues<int64_t>(1);
    EXPECT_EQ(values[0], 9'223'372'036'854'775);  // 294247-01-10 04:00:54.775
    EXPECT_EQ(values[1], -210'866'803'200'000);   // 4714-11-24 BC
    EXPECT_EQ(counts_, PolicyCounts{.infinity = 2});
  }
}

TEST_F(ColumnDecoderTest, AYearThatIsNotKeptIsNotCounted) {
  const TypeMapping millis =
      Mapping(WireForm::kTimestamp, arrow::timestamp(arrow::TimeUnit::MILLI));
  const std::string finer = BigEndian(static_cast<uint64_t>(kFirstTimestamp + 1), 8);
  policies_.on_precision = ValuePolicy::kNull;
  EXPECT_EQ(Text(millis, {finer}), "null");
  EXPECT_EQ(counts_, PolicyCounts{.precision = 1});
  policies_.on_precision = ValuePolicy::kFloor;
  EXPECT_OK(Decode(millis, {finer}));
  EXPECT_EQ(counts_, (PolicyCounts{.precision = 2, .unusual_years = 1}));
  policies_.on_precision = ValuePolicy::kError;
  EXPECT_THAT(Decode(millis, {finer}), HasKind(ErrorKind::kData));
  EXPECT_EQ(counts_, (PolicyCounts{.precision = 2, .unusual_years = 1}));
}

TEST_F(ColumnDecoderTest, ClampsADecimalToTheNearest) {
  const TypeMapping price = Decimal(4, 1, arrow::decimal32(4, 1));
  const std::string fine = FromHex("0002000000000002 0001 057b");  // 1.1403
  const std::string half = FromHex("0002000040000002 0001 09c4");  // -1.25
  const std::string large = FromHex("0001000100000000 0001");      // 10000
  const std::string debt = FromHex("0001000140000000 0001");       // -10000
  const std::string huge = FromHex("0001001440000000 0001");       // -1e80
  policies_.on_out_of_range = ValuePolicy::kClamp;
  EXPECT_EQ(Text(price, {fine, half, large, debt, huge}), "1.1|-1.3|999.9|-999.9|-999.9");
  EXPECT_EQ(counts_, PolicyCounts{.out_of_range = 5});
  // NaN has no nearest number.
  EXPECT_THAT(Decode(price, {WireNan()}), HasKind(ErrorKind::kData));
}

TEST_F(ColumnDecoderTest, TakesTheNearestDoubleOfANumeric) {
  const TypeMapping number = Mapping(WireForm::kNumericDouble, arrow::float64());
  const std::string tenth = FromHex("0001ffff00000001 03e8");
  const std::string zero = FromHex("0000000000000002");
  EXPECT_EQ(Text(number, {tenth, zero, std::nullopt, WireInfinity(), WireNan()}),
            "0.1|0|null|inf|nan");
  const std::string large = FromHex("0001004d40000000 000a");     // -1e309
  const std::string small = FromHex("0001ff9c00000190 0001");     // 1e-400
  const std::string denormal = FromHex("0001ffb000000144 0032");  // 50e-320
  EXPECT_EQ(Text(number, {denormal}), "5e-319");
  for (const std::string& beyond : {large, small}) {
    const auto refused = Decode(number, {tenth, beyond});
    EXPECT_THAT(refused, HasKind(ErrorKind::kData));
    EXPECT_THAT(refused, StatusMessageHas("beyond the range of a double"));
    EXPECT_THAT(refused, StatusHintHas("{on_out_of_range: null}}, or clamp instead"));
  }
  policies_.on_out_of_range = ValuePolicy::kNull;
  EXPECT_EQ(Text(number, {large, small}), "null|null");
  policies_.on_out_of_range = ValuePolicy::kClamp;
  EXPECT_EQ(Text(number, {large, small}), "-1.7976931348623157e+308|0");
  EXPECT_EQ(counts_, PolicyCounts{.out_of_range = 4});
  EXPECT_THAT(Decode(number, {std::string("\0\1", 2)}), HasKind(ErrorKind::kCorruptData));
}

TEST_F(ColumnDecoderTest, AnInfiniteIntervalHasNoParts) {
  const TypeMapping parts = Mapping(
      WireForm::kIntervalParts, arrow::struct_({arrow::field("months", arrow::int32()),
                                                arrow::field("days", arrow::int32()),
                                                arrow::field("micros", arrow::int64())}));
  const std::string infinity = FromHex("7fffffffffffffff 7fffffff 7fffffff");
  EXPECT_OK(Decode(parts, {infinity}));
  server_version_ = 170000;
  EXPECT_THAT(Decode(parts, {infinity}), HasKind(ErrorKind::kData));
  policies_.on_infinity = ValuePolicy::kNull;
  EXPECT_EQ(Text(parts, {infinity}), "null");
  EXPECT_EQ(counts_.infinity, 1);
}

TEST_F(ColumnDecoderTest, TrimsBlanksAtTheEndOnly) {
  const TypeMapping trimmed = Mapping(WireForm::kTrimmedText, arrow::utf8());
  EXPECT_EQ(Text(trimmed, {" a b  ", "   ", "", "x", std::nullopt}), " a b|||x|null");
}

TEST_F(ColumnDecoderTest, WidensEightBytesToDecimals) {
  EXPECT_EQ(Text(Mapping(WireForm::kUint64Decimal, arrow::decimal128(20, 0)),
                 {BigEndian(~0ULL, 8), BigEndian(0, 8), std::nullopt}),
            "18446744073709551615|0|null");
  EXPECT_EQ(Text(Mapping(WireForm::kInt64Decimal, arrow::decimal128(19, 2)),
                 {BigEndian(~0ULL, 8), BigEndian(1ULL << 63, 8)}),
            "-0.01|-92233720368547758.08");
}

TEST_F(ColumnDecoderTest, RefusesWrongWidths) {
  const std::vector<TypeMapping> mappings{
      Mapping(WireForm::kBoolean, arrow::boolean()),
      Mapping(WireForm::kInt16, arrow::int16()),
      Mapping(WireForm::kInt32, arrow::int32()),
      Mapping(WireForm::kInt64, arrow::int64()),
      Mapping(WireForm::kUint32, arrow::int64()),
      Mapping(WireForm::kInt64Decimal, arrow::decimal128(19, 2)),
      Mapping(WireForm::kTimeMicros, arrow::time64(arrow::TimeUnit::MICRO)),
      Mapping(WireForm::kUuidBytes, arrow::fixed_size_binary(16)),
      Mapping(WireForm::kTimestamp, arrow::timestamp(arrow::TimeUnit::MILLI)),
      Mapping(WireForm::kIntervalParts,
              arrow::struct_({arrow::field("months", arrow::int32()),
                              arrow::field("days", arrow::int32()),
                              arrow::field("micros", arrow::int64())})),
      Mapping(WireForm::kUint64Decimal, arrow::decimal128(20, 0)),
      Mapping(WireForm::kFloat, arrow::float32()),
      Mapping(WireForm::kDouble, arrow::float64()),
      Decimal(9, 2, arrow::decimal32(9, 2)),
      Mapping(WireForm::kNumericText, arrow::utf8()),
      Mapping(WireForm::kCharacter, arrow::utf8()),
      Mapping(WireForm::kDate, arrow::date32()),
      Mapping(WireForm::kTimeText, arrow::utf8()),
      Mapping(WireForm::kTimestamp, arrow::timestamp(arrow::TimeUnit::MICRO)),
      Mapping(WireForm::kIntervalText, arrow::utf8()),
      Mapping(WireForm::kUuidText, arrow::utf8()),
  };
  for (const TypeMapping& mapping : mappings) {
    for (const size_t size : {0UL, 3UL, 17UL}) {
      const auto result = Decode(mapping, {std::string(size, '\0')});
      EXPECT_THAT(result, HasKind(ErrorKind::kCorruptData));
      EXPECT_THAT(result, StatusMessageHas("column \"price\""));
    }
  }
}

TEST_F(ColumnDecoderTest, ServesBatchAfterBatch) {
  ASSERT_OK_AND_ASSIGN(
      auto decoder,
      MakeColumnDecoder(ListOf(Mapping(WireForm::kText, arrow::utf8())),
                        {.column = "c", .counts = &counts_, .expansion = &expansion_}));
  for (int batch = 0; batch < 3; ++batch) {
    const std::string text(static_cast<size_t>(10000 * batch), 'x');
    const std::string value = ArrayOf({text, std::nullopt});
    for (int64_t rows : {1, 100}) {
      ASSERT_OK(decoder->Reserve(rows));
    }
    std::vector<std::optional<std::string>> values(100, value);
    for (size_t row = 0; row < values.size(); row += 10) values[row] = std::nullopt;
    RecordedColumn column(values);
    ASSERT_EQ(decoder->Append(column.fields()), 100);
    ASSERT_OK_AND_ASSIGN(auto data, decoder->Finish());
    const auto array = arrow::MakeArray(data);
    ASSERT_OK(array->ValidateFull());
    EXPECT_EQ(array->length(), 100);
    EXPECT_EQ(array->null_count(), 10);
  }
  ASSERT_OK_AND_ASSIGN(auto data, decoder->Finish());
  ASSERT_OK(arrow::MakeArray(data)->ValidateFull());
}

}  // namespace
}  // namespace carmilla
