#include "transform/derived_column.h"

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <gtest/gtest.h>

#include <string>

#include "testing/matchers.h"

namespace carmilla {
namespace {

using Kind = JsonFinding::Kind;

/// The value as text, or what is wrong with it between angle brackets.
std::string Convert(const std::string& type, const JsonFinding& finding,
                    TimestampForm form = TimestampForm::kIso) {
  const JsonDerivation derivation{.type = ParseDeclaredType(type).ValueOrDie(),
                                  .timestamp = form};
  const auto column = MakeDerivedColumn(derivation);
  const std::string_view misfit = column->Append(finding).ValueOrDie();
  if (!misfit.empty()) return "<" + std::string(misfit) + ">";
  const auto array = column->Finish().ValueOrDie();
  EXPECT_TRUE(array->type()->Equals(*ArrowTypeOf(derivation.type)));
  EXPECT_EQ(array->length(), 1);
  return array->GetScalar(0).ValueOrDie()->ToString();
}

std::string Number(const std::string& type, const std::string& text) {
  return Convert(type, {Kind::kNumber, text});
}

std::string String(const std::string& type, const std::string& text,
                   TimestampForm form = TimestampForm::kIso) {
  return Convert(type, {Kind::kString, text}, form);
}

TEST(DerivedColumnTest, IntegersAreExactOrMisfits) {
  EXPECT_EQ(Number("bigint", "9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(Number("bigint", "-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(Number("bigint", "9223372036854775808"), "<a number out of range>");
  EXPECT_EQ(Number("bigint", "9007199254740993"), "9007199254740993");  // 2^53 + 1
  EXPECT_EQ(Number("bigint", "1e3"), "1000");
  EXPECT_EQ(Number("bigint", "2.0"), "2");
  EXPECT_EQ(Number("bigint", "2.5"), "<a number with more digits behind the point>");
  EXPECT_EQ(Number("integer", "2147483648"), "<a number out of range>");
  EXPECT_EQ(Number("integer", "-2147483648"), "-2147483648");
  EXPECT_EQ(Number("smallint", "32768"), "<a number out of range>");
  EXPECT_EQ(Number("smallint", "-0"), "0");
  EXPECT_EQ(String("bigint", "123456789012345678"), "123456789012345678");
  for (const char* text : {"", " 1", "1 ", "0x1", "01", "+1", "one", "\\u0031"}) {
    EXPECT_EQ(String("bigint", text), "<a string that is no number>") << text;
  }
}

TEST(DerivedColumnTest, DecimalsAreExactOrMisfits) {
  EXPECT_EQ(Number("decimal(9,2)", "1234567.89"), "1234567.89");
  EXPECT_EQ(Number("decimal(9,2)", "-0.5"), "-0.50");
  EXPECT_EQ(Number("decimal(9,2)", "12345678.9"), "<a number out of range>");
  EXPECT_EQ(Number("decimal(9,2)", "0.001"),
            "<a number with more digits behind the point>");
  EXPECT_EQ(Number("decimal(18,0)", "999999999999999999"), "999999999999999999");
  EXPECT_EQ(Number("decimal(38,9)", "-12345678901234567890123456789.123456789"),
            "-12345678901234567890123456789.123456789");
  EXPECT_EQ(Number("decimal(38,0)", "99999999999999999999999999999999999999"),
            "99999999999999999999999999999999999999");
}

TEST(DerivedColumnTest, FloatsAreTheNearest) {
  EXPECT_EQ(Number("double", "0.1"), "0.1");
  EXPECT_EQ(Number("double", "-0"), "-0");
  EXPECT_EQ(Number("double", "1e308"), "1e+308");
  EXPECT_EQ(Number("double", "1e309"), "<a number out of range>");
  EXPECT_EQ(Number("double", "1e-400"), "<a number out of range>");
  EXPECT_EQ(Number("real", "16777217"), "16777216");
  EXPECT_EQ(Number("real", "1e39"), "<a number out of range>");
}

TEST(DerivedColumnTest, TextIsWhatIsWritten) {
  EXPECT_EQ(String("text", R"(a\u00e9\n)"), "aé\n");
  EXPECT_EQ(String("text", R"(\ud800)"), "<a string with half of a surrogate pair>");
  EXPECT_EQ(Number("text", "1.500"), "1.500");
  EXPECT_EQ(Convert("text", {Kind::kObject, "{\"a\": 1}"}), "{\"a\": 1}");
  EXPECT_EQ(Convert("text", {Kind::kBoolean, "true"}), "true");
  EXPECT_EQ(Convert("text", {Kind::kJoined, "a,b"}), "a,b");
  EXPECT_EQ(Convert("text", {Kind::kNoJson, ""}), "<text that is no JSON>");
}

TEST(DerivedColumnTest, BooleansAreJsonsOwn) {
  EXPECT_EQ(Convert("boolean", {Kind::kBoolean, "true"}), "true");
  EXPECT_EQ(Convert("boolean", {Kind::kBoolean, "false"}), "false");
  EXPECT_EQ(String("boolean", "true"), "<a string>");
  EXPECT_EQ(Number("boolean", "1"), "<a number>");
}

TEST(DerivedColumnTest, TimesHaveTheFormAskedFor) {
  using enum TimestampForm;
  EXPECT_EQ(String("date", "2024-02-29"), "2024-02-29");
  EXPECT_EQ(String("date", "2024-02-29T00:00:00"), "<a string of another form>");
  EXPECT_EQ(Number("date", "20240229"), "<a number>");
  EXPECT_EQ(String("timestamptz", "2024-05-01T12:00:00.25+02:00"),
            "2024-05-01 10:00:00.250000Z");
  EXPECT_EQ(String("timestamptz", "2024-05-01T12:00:00"), "<a time without a zone>");
  EXPECT_EQ(String("timestamp", "2024-05-01 12:00:00"), "2024-05-01 12:00:00.000000");
  EXPECT_EQ(String("timestamp", "2024-05-01T12:00:00Z"), "<a time with a zone>");
  EXPECT_EQ(String("timestamptz", R"(\/Date(1700000000000+0100)\/)", kDotnet),
            "2023-11-14 22:13:20.000000Z");
  EXPECT_EQ(Number("timestamptz", "1700000000000"), "<a number>");
  EXPECT_EQ(Convert("timestamptz", {Kind::kNumber, "1700000000.5"}, kEpochSeconds),
            "2023-11-14 22:13:20.500000Z");
  EXPECT_EQ(String("timestamp[ms, UTC]", "1700000000123", kEpochMillis),
            "2023-11-14 22:13:20.123Z");
  EXPECT_EQ(Convert("timestamptz", {Kind::kNumber, "1e30"}, kEpochMillis),
            "<a time out of range>");
}

TEST(DerivedColumnTest, WrongKindsAreToldByName) {
  for (const char* type :
       {"bigint", "double", "decimal(9,2)", "boolean", "date", "timestamptz"}) {
    EXPECT_EQ(Convert(type, {Kind::kObject, "{}"}), "<an object>") << type;
    EXPECT_EQ(Convert(type, {Kind::kArray, "[]"}), "<an array>") << type;
    EXPECT_EQ(Convert(type, {Kind::kNoJson, ""}), "<text that is no JSON>") << type;
    EXPECT_EQ(Convert(type, {Kind::kMissing, ""}), "null") << type;
  }
}

}  // namespace
}  // namespace carmilla
