#include "transform/exact_number.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace carmilla {
namespace {

std::string ToText(Int128 value) {
  std::string text;
  const bool is_negative = value < 0;
  do {
    const auto digit = static_cast<int>(value % 10);
    text += static_cast<char>('0' + (is_negative ? -digit : digit));
    value /= 10;
  } while (value != 0);
  if (is_negative) text += '-';
  std::ranges::reverse(text);
  return text;
}

/// The scaled number, or what is wrong with it.
std::string Scale(const std::string& number, int32_t precision, int32_t scale) {
  Int128 result = 0;
  switch (ScaleExactly(number, precision, scale, &result)) {
    case NumberFit::kTooLarge:
      return "too large";
    case NumberFit::kTooFine:
      return "too fine";
    case NumberFit::kExact:
      break;
  }
  return ToText(result);
}

TEST(ExactNumberTest, ScalesWithoutLoss) {
  EXPECT_EQ(Scale("0", 1, 0), "0");
  EXPECT_EQ(Scale("-0.000e99999999999999999999", 1, 0), "0");
  EXPECT_EQ(Scale("12", 38, 0), "12");
  EXPECT_EQ(Scale("-12.50", 38, 1), "-125");
  EXPECT_EQ(Scale("1.5e3", 38, 0), "1500");
  EXPECT_EQ(Scale("1500E-3", 38, 1), "15");
  EXPECT_EQ(Scale("100000e-5", 1, 0), "1");
  EXPECT_EQ(Scale("0.00000000000000000000000000000000000001", 38, 38), "1");
  EXPECT_EQ(Scale("99999999999999999999999999999999999999", 38, 0),
            "99999999999999999999999999999999999999");
  EXPECT_EQ(Scale("-9223372036854775808", 38, 0), "-9223372036854775808");
  EXPECT_EQ(Scale("1" + std::string(1000, '0') + "e-1000", 38, 0), "1");
}

TEST(ExactNumberTest, KnowsWhatIsTooLarge) {
  EXPECT_EQ(Scale("100000000000000000000000000000000000000", 38, 0), "too large");
  EXPECT_EQ(Scale("1e38", 38, 0), "too large");
  EXPECT_EQ(Scale("1e36", 38, 1), "1" + std::string(37, '0'));
  EXPECT_EQ(Scale("1e37", 38, 1), "too large");
  EXPECT_EQ(Scale("100", 4, 2), "too large");
  EXPECT_EQ(Scale("99.99", 4, 2), "9999");
  EXPECT_EQ(Scale("1e99999999999999999999", 38, 0), "too large");
}

TEST(ExactNumberTest, KnowsWhatIsTooFine) {
  EXPECT_EQ(Scale("0.5", 38, 0), "too fine");
  EXPECT_EQ(Scale("1.001", 9, 2), "too fine");
  EXPECT_EQ(Scale("1e-39", 38, 38), "too fine");
  EXPECT_EQ(Scale("1e-99999999999999999999", 38, 38), "too fine");
  EXPECT_EQ(Scale("0." + std::string(60, '1'), 38, 9), "too fine");
}

}  // namespace
}  // namespace carmilla
