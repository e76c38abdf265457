#include "postgres/numeric_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

#include "postgres/recorded_stream.h"

namespace carmilla {
namespace {

/// Prints the bytes as text, "malformed" if they are not a numeric.
std::string TextOf(const std::string& bytes) {
  NumericText text;
  if (!text.Parse(bytes.data(), static_cast<int32_t>(bytes.size()))) return "malformed";
  std::string out(static_cast<size_t>(text.size()), '?');
  return text.Write(out.data()) ? out : "malformed";
}

template <typename Integer>
NumericOutcome OutcomeOf(const std::string& bytes, int32_t precision, int32_t scale) {
  Integer ignored = 0;
  return DecimalConverter<Integer>(precision, scale)
      .Convert(bytes.data(), static_cast<int32_t>(bytes.size()), &ignored);
}

std::string Digits(Int128 value) {
  const bool is_negative = value < 0;
  auto magnitude =
      is_negative ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
  std::string digits;
  for (; magnitude != 0 || digits.empty(); magnitude /= 10) {
    digits += static_cast<char>('0' + static_cast<int>(magnitude % 10));
  }
  if (is_negative) digits += '-';
  std::ranges::reverse(digits);
  return digits;
}

/// The integer scaled by 10^scale as text, or what became of it.
template <typename Integer>
std::string Converted(const std::string& bytes, int32_t precision, int32_t scale) {
  Integer value = 0;
  switch (DecimalConverter<Integer>(precision, scale)
              .Convert(bytes.data(), static_cast<int32_t>(bytes.size()), &value)) {
    case NumericOutcome::kValue:
      return Digits(value);
    case NumericOutcome::kNan:
      return "nan";
    case NumericOutcome::kOutOfRange:
      return "out of range";
    default:
      return "malformed";
  }
}

/// Encodes as numeric_send would: groups of four around the point, outer zeros stripped.
std::string Encode(bool is_negative, std::string integer, std::string fraction) {
  const size_t scale = fraction.size();
  integer.insert(0, (4 - integer.size() % 4) % 4, '0');
  fraction.append((4 - fraction.size() % 4) % 4, '0');
  const std::string all = integer + fraction;
  std::vector<int> groups;
  for (size_t i = 0; i < all.size(); i += 4)
    groups.push_back(std::stoi(all.substr(i, 4)));
  auto weight = static_cast<int>(integer.size() / 4) - 1;
  while (!groups.empty() && groups.front() == 0) {
    groups.erase(groups.begin());
    --weight;
  }
  while (!groups.empty() && groups.back() == 0) groups.pop_back();
  if (groups.empty()) weight = 0;
  std::string bytes =
      BigEndian(groups.size(), 2) +
      BigEndian(static_cast<uint64_t>(static_cast<int64_t>(weight)), 2) +
      BigEndian(is_negative && !groups.empty() ? kNumericNegative : 0, 2) +
      BigEndian(scale, 2);
  for (const int group : groups) bytes += BigEndian(static_cast<uint64_t>(group), 2);
  return bytes;
}

std::string RandomDigits(std::mt19937_64& random, size_t length) {
  std::string digits;
  // Zeros are frequent: they are what the wire form leaves out.
  while (digits.size() < length) {
    const uint64_t draw = random();
    digits +=
        static_cast<char>(draw % 3 == 0 ? '0' : '0' + static_cast<char>(draw / 3 % 10));
  }
  return digits;
}

struct GoldenNumeric {
  const char* expression;
  const char* bytes;
  const char* text;
  const char* as_decimal_18_4;
};

// psql -qAtc "copy (select EXPRESSION) to stdout (format binary)" | tail -c +26 | head -c
// -2 | xxd -p, PostgreSQL 15.20
constexpr GoldenNumeric kGolden[] = {
    {"0::numeric", "0000000000000000", "0", "0"},
    {"0.00", "0000000000000002", "0.00", "0"},
    {"1.500", "000200000000000300011388", "1.500", "15000"},
    {"-12345678.9", "000300014000000104d2162e2328", "-12345678.9", "-123456789000"},
    {"1e20", "00010005000000000001", "100000000000000000000", "out of range"},
    {"0.00012", "0002ffff00000005000107d0", "0.00012", "out of range"},
    {"9999999999.99", "00040002000000020063270f270f26ac", "9999999999.99",
     "99999999999900"},
    {"'NaN'::numeric", "00000000c0000000", "NaN", "nan"},
    {"'Infinity'::numeric", "00000000d0000020", "Infinity", "nan"},
    {"'-Infinity'::numeric", "00000000f0000020", "-Infinity", "nan"},
};

TEST(NumericDecoderTest, ReadsWhatTheServerSends) {
  for (const GoldenNumeric& golden : kGolden) {
    SCOPED_TRACE(golden.expression);
    const std::string bytes = FromHex(golden.bytes);
    EXPECT_EQ(TextOf(bytes), golden.text);
    EXPECT_EQ(Converted<int64_t>(bytes, 18, 4), golden.as_decimal_18_4);
    EXPECT_EQ(Converted<Int128>(bytes, 18, 4), golden.as_decimal_18_4);
  }
}

TEST(NumericDecoderTest, PrintsTheLargestAndTheFinestNumber) {
  // 1e131071, which has 131,072 digits, and 1e-16383.
  const std::string largest = FromHex("0001 7fff 0000 0000 03e8");
  EXPECT_EQ(TextOf(largest), "1" + std::string(131071, '0'));
  const std::string finest = FromHex("0001 f000 0000 3fff 000a");
  EXPECT_EQ(TextOf(finest), "0." + std::string(16382, '0') + "1");
}

TEST(NumericDecoderTest, KeepsTheWholeRangeOfEachPrecision) {
  for (int32_t precision = 1; precision <= 38; ++precision) {
    for (int32_t scale = 0; scale <= precision; ++scale) {
      const auto integer_digits = static_cast<size_t>(precision - scale);
      const std::string nines(static_cast<size_t>(precision), '9');
      const std::string largest =
          Encode(false, nines.substr(0, integer_digits), nines.substr(integer_digits));
      const std::string smallest =
          Encode(true, nines.substr(0, integer_digits), nines.substr(integer_digits));
      const std::string too_large =
          Encode(false, "1" + std::string(integer_digits, '0'),
                 std::string(nines.size() - integer_digits, '0'));
      EXPECT_EQ(Converted<Int128>(largest, precision, scale), nines);
      EXPECT_EQ(Converted<Int128>(smallest, precision, scale), "-" + nines);
      EXPECT_EQ(Converted<Int128>(too_large, precision, scale), "out of range");
      if (precision > 18) continue;
      EXPECT_EQ(Converted<int64_t>(largest, precision, scale), nines);
      EXPECT_EQ(Converted<int64_t>(smallest, precision, scale), "-" + nines);
      EXPECT_EQ(Converted<int64_t>(too_large, precision, scale), "out of range");
    }
  }
}

TEST(NumericDecoderTest, AgreesWithTextForRandomNumbers) {
  std::mt19937_64 random(20260102);
  for (int round = 0; round < 50000; ++round) {
    const auto precision = static_cast<int32_t>(1 + random() % 38);
    const auto scale =
        static_cast<size_t>(random() % static_cast<uint64_t>(precision + 1));
    std::string digits = RandomDigits(random, static_cast<size_t>(precision));
    const std::string integer = digits.substr(0, digits.size() - scale);
    const std::string fraction = digits.substr(digits.size() - scale);
    const bool is_zero = digits.find_first_not_of('0') == std::string::npos;
    const bool is_negative = !is_zero && random() % 2 == 0;
    const std::string bytes = Encode(is_negative, integer, fraction);

    const size_t first = std::min(integer.find_first_not_of('0'), integer.size());
    std::string text = is_negative ? "-" : "";
    text += first == integer.size() ? "0" : integer.substr(first);
    if (scale > 0) text += "." + fraction;
    ASSERT_EQ(TextOf(bytes), text);

    digits.erase(0, is_zero ? digits.size() - 1 : digits.find_first_not_of('0'));
    const std::string expected = (is_negative ? "-" : "") + digits;
    const auto decimals = static_cast<int32_t>(scale);
    ASSERT_EQ(Converted<Int128>(bytes, precision, decimals), expected);
    if (precision <= 18) {
      ASSERT_EQ(Converted<int64_t>(bytes, precision, decimals), expected);
    }
  }
}

/// Damages a numeric or makes one up, mostly near what the short way takes.
std::string RandomNumeric(std::mt19937_64& random, int32_t scale) {
  static constexpr uint64_t kGroups[] = {0,    1,     10,     100,   1000,
                                         9999, 10000, 0x8000, 0xffff};
  const uint64_t num_groups = random() % 7;
  const uint64_t weight = random() % 9 - 4;
  const uint64_t sign = random() % 8 == 0 ? random() : random() % 2 * kNumericNegative;
  std::string bytes = BigEndian(num_groups, 2) + BigEndian(weight, 2) +
                      BigEndian(sign, 2) + BigEndian(static_cast<uint64_t>(scale), 2);
  for (uint64_t group = 0; group < num_groups; ++group) {
    const uint64_t draw = random();
    bytes += BigEndian(
        draw % 2 == 0 ? kGroups[draw / 2 % std::size(kGroups)] : draw / 2 % kNumericGroup,
        2);
  }
  if (random() % 16 == 0) bytes.resize(random() % (bytes.size() + 1));
  return bytes;
}

/// Counts in `num_short` what went the short way.
template <typename Integer>
void ExpectTheSameBothWays(const std::string& bytes, int32_t precision, int32_t scale,
                           int* num_short) {
  const DecimalConverter<Integer> converter(precision, scale);
  const auto size = static_cast<int32_t>(bytes.size());
  Integer plain = 0;
  Integer value = 0;
  const NumericOutcome outcome = converter.ConvertAny(bytes.data(), size, &plain);
  *num_short += converter.ConvertUsual(bytes.data(), size, &value) ? 1 : 0;
  ASSERT_EQ(converter.Convert(bytes.data(), size, &value), outcome);
  if (outcome != NumericOutcome::kValue) return;
  ASSERT_EQ(Digits(value), Digits(plain));
}

TEST(NumericDecoderTest, ConvertsTheShortWayLikeThePlainOne) {
  std::mt19937_64 random(20260103);
  int num_short = 0;
  for (int round = 0; round < 300000; ++round) {
    const auto precision = static_cast<int32_t>(1 + random() % 38);
    const auto scale =
        static_cast<int32_t>(random() % static_cast<uint64_t>(precision + 1));
    const std::string bytes = RandomNumeric(random, scale);
    ASSERT_NO_FATAL_FAILURE(
        ExpectTheSameBothWays<Int128>(bytes, precision, scale, &num_short));
    if (precision > 18) continue;
    ASSERT_NO_FATAL_FAILURE(
        ExpectTheSameBothWays<int64_t>(bytes, precision, scale, &num_short));
  }
  // What the numerics are decides what this test is worth.
  EXPECT_GT(num_short, 10000);
}

TEST(NumericDecoderTest, RefusesDecimalsBehindTheScale) {
  const std::string bytes = FromHex("000200000000000300011388");  // 1.500
  EXPECT_EQ(Converted<int64_t>(bytes, 9, 1), "15");
  EXPECT_EQ(Converted<int64_t>(bytes, 9, 0), "out of range");
  EXPECT_EQ(Converted<Int128>(bytes, 38, 0), "out of range");
}

/// The nearest decimal, digit by digit: what counts, rounded by the digit behind it.
std::string NearestByHand(const std::string& integer, const std::string& fraction,
                          int32_t precision, int32_t scale) {
  std::string kept = fraction;
  kept.resize(std::max(kept.size(), static_cast<size_t>(scale) + 1), '0');
  std::string digits = integer + kept.substr(0, static_cast<size_t>(scale));
  digits.insert(0, "0");
  if (kept[static_cast<size_t>(scale)] >= '5') {
    size_t at = digits.size() - 1;
    for (; digits[at] == '9'; --at) digits[at] = '0';
    ++digits[at];
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  const auto most = static_cast<size_t>(precision);
  return digits.size() > most ? std::string(most, '9') : digits;
}

TEST(NumericDecoderTest, TheNearestIsRoundedAndWithinThePrecision) {
  std::mt19937_64 random(20260104);
  const auto digits = [&](uint64_t most) {
    std::string text(random() % most, '0');
    for (char& digit : text) digit = "0459"[random() % 4];
    return text;
  };
  int num_out_of_range = 0;
  for (int round = 0; round < 100000; ++round) {
    const auto precision = static_cast<int32_t>(1 + random() % 38);
    const auto scale =
        static_cast<int32_t>(random() % static_cast<uint64_t>(precision + 1));
    const std::string integer = digits(60);
    const std::string fraction = digits(60);
    const std::string bytes = Encode(/*is_negative=*/false, integer, fraction);
    if (OutcomeOf<Int128>(bytes, precision, scale) != NumericOutcome::kOutOfRange) {
      continue;
    }
    ++num_out_of_range;
    const std::string expected = NearestByHand(integer, fraction, precision, scale);
    const auto size = static_cast<int32_t>(bytes.size());
    const DecimalConverter<Int128> wide(precision, scale);
    ASSERT_EQ(Digits(wide.Nearest(bytes.data(), size)), expected)
        << integer << '.' << fraction << " as " << precision << ',' << scale;
    if (precision > 18) continue;
    const DecimalConverter<int64_t> narrow(precision, scale);
    ASSERT_EQ(Digits(narrow.Nearest(bytes.data(), size)), expected);
  }
  EXPECT_GT(num_out_of_range, 1000);
}

TEST(NumericDecoderTest, RefusesMalformedBytes) {
  for (const char* bytes : {
           "",
           "00000000000000",              // seven bytes
           "0001000000000000",            // a digit is missing
           "0000000000000000 0001",       // a digit too many
           "0001000000000000 2710",       // digit 10000
           "0002000000000000 0001 2710",  // digit 10000 behind the point
           "0000000012340000",            // no such sign
           "00010000c0000000 0001",       // NaN with a digit
           // Digit 10000 behind more digits than any decimal has.
           "000c000b00000000 0001 0001 0001 0001 0001 0001 0001 0001 0001 0001 0001 2710",
           "0003ffff00000008 0001 0001 2710",  // digit 10000 behind the last decimal
       }) {
    SCOPED_TRACE(bytes);
    EXPECT_EQ(TextOf(FromHex(bytes)), "malformed");
    EXPECT_EQ(OutcomeOf<int64_t>(FromHex(bytes), 18, 2), NumericOutcome::kMalformed);
    EXPECT_EQ(OutcomeOf<Int128>(FromHex(bytes), 38, 2), NumericOutcome::kMalformed);
  }
  // Digits behind the display scale, a leading zero and an impossible scale are wrong in
  // text only.
  EXPECT_EQ(TextOf(FromHex("0002000000000001 0001 04d2")), "malformed");
  EXPECT_EQ(TextOf(FromHex("0002000000000004 0000 04d2")), "malformed");
  EXPECT_EQ(TextOf(FromHex("0001000000004000 0001")), "malformed");
}

}  // namespace
}  // namespace carmilla
