#include "types/arrow_type_text.h"

#include <arrow/extension/uuid.h>
#include <arrow/type.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "testing/matchers.h"

namespace carmilla {
namespace {

using ArrowTypePointer = std::shared_ptr<arrow::DataType>;

std::vector<std::pair<std::string, ArrowTypePointer>> EveryType() {
  return {
      {"bool", arrow::boolean()},
      {"int16", arrow::int16()},
      {"int32", arrow::int32()},
      {"int64", arrow::int64()},
      {"float", arrow::float32()},
      {"double", arrow::float64()},
      {"string", arrow::utf8()},
      {"binary", arrow::binary()},
      {"date32", arrow::date32()},
      {"timestamp[us]", arrow::timestamp(arrow::TimeUnit::MICRO)},
      {"timestamp[us, tz=UTC]", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")},
      {"decimal32(1,0)", arrow::decimal32(1, 0)},
      {"decimal32(9,9)", arrow::decimal32(9, 9)},
      {"decimal64(10,2)", arrow::decimal64(10, 2)},
      {"decimal64(18,0)", arrow::decimal64(18, 0)},
      {"decimal128(19,2)", arrow::decimal128(19, 2)},
      {"decimal128(38,38)", arrow::decimal128(38, 38)},
      {"list<string>", arrow::list(arrow::utf8())},
      {"list<list<decimal64(12,2)>>", arrow::list(arrow::list(arrow::decimal64(12, 2)))},
      {"list<timestamp[us, tz=UTC]>",
       arrow::list(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"))},
      {"timestamp[ms]", arrow::timestamp(arrow::TimeUnit::MILLI)},
      {"time64[us]", arrow::time64(arrow::TimeUnit::MICRO)},
      {"uuid", arrow::extension::uuid()},
      {"map<string, string>", arrow::map(arrow::utf8(), arrow::utf8())},
      {R"(struct<"a": int32, "odd \"\\, name": list<struct<"": bool>>>)",
       arrow::struct_(
           {arrow::field("a", arrow::int32()),
            arrow::field("odd \"\\, name", arrow::list(arrow::struct_(
                                               {arrow::field("", arrow::boolean())})))})},
  };
}

TEST(ArrowTypeTextTest, RoundTripsEveryType) {
  for (const auto& [text, type] : EveryType()) {
    EXPECT_EQ(ArrowTypeText(*type), text);
    ASSERT_OK_AND_ASSIGN(const ArrowTypePointer parsed, ParseArrowType(text));
    EXPECT_TRUE(parsed->Equals(*type, /*check_metadata=*/true)) << parsed->ToString();
  }
}

TEST(ArrowTypeTextTest, TheNamesOfListFieldsDoNotMatter) {
  const auto read_from_parquet = arrow::list(arrow::field("element", arrow::int32()));
  EXPECT_EQ(ArrowTypeText(*read_from_parquet), "list<int32>");
}

TEST(ArrowTypeTextTest, RefusesTheTextOfEveryOtherType) {
  for (const ArrowTypePointer& type :
       {arrow::null(), arrow::uint8(), arrow::int8(), arrow::uint64(), arrow::float16(),
        arrow::large_utf8(), arrow::large_binary(), arrow::utf8_view(), arrow::date64(),
        arrow::time64(arrow::TimeUnit::NANO), arrow::timestamp(arrow::TimeUnit::NANO),
        arrow::timestamp(arrow::TimeUnit::MICRO, "Europe/Berlin"),
        arrow::decimal256(40, 2), arrow::decimal128(5, 2), arrow::decimal64(10, -2),
        arrow::large_list(arrow::utf8()), arrow::struct_({}),
        arrow::list(arrow::int8())}) {
    EXPECT_THAT(ParseArrowType(ArrowTypeText(*type)), HasKind(ErrorKind::kCorruptData))
        << type->ToString();
  }
}

TEST(ArrowTypeTextTest, RefusesAnythingMisspelt) {
  for (const char* text : {"",
                           " ",
                           "Bool",
                           "bool ",
                           " bool",
                           "int",
                           "list",
                           "list<>",
                           "list<",
                           "list<int32",
                           "int32>",
                           "list<int32>>",
                           "list<list<int32>",
                           "list<item: int32>",
                           "decimal(9,2)",
                           "decimal32(,)",
                           "decimal32()",
                           "decimal32(9,2",
                           "decimal32 9,2)",
                           "decimal32(9, 2)",
                           "decimal32(09,2)",
                           "decimal32(9,-1)",
                           "decimal32(2,3)",
                           "decimal32(0,0)",
                           "decimal32(10,2)",
                           "decimal64(9,2)",
                           "decimal128(18,2)",
                           "decimal128(39,0)",
                           "decimal32(+9,2)",
                           "decimal32(9,2,1)",
                           "decimal32,9(2)",
                           "decimal)",
                           "decimal32(99999999999,1)",
                           "timestamp[us,tz=UTC]",
                           "timestamp[ms,tz=UTC]",
                           "struct<>",
                           "struct<a: int32>",
                           "struct<\"a\" int32>",
                           "struct<\"a\": int32",
                           "struct<\"a\": int32,\"b\": int32>",
                           "struct<\"a: int32>",
                           "struct<\"\\a\": int32>",
                           "struct<\"a\\",
                           "map<string,string>",
                           "map<string, int32>"}) {
    EXPECT_THAT(ParseArrowType(text), HasKind(ErrorKind::kCorruptData)) << text;
  }
  EXPECT_THAT(ParseArrowType(std::string("bool\0", 5)), HasKind(ErrorKind::kCorruptData));
}

std::string Nested(int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += "list<";
  return text + "bool" + std::string(static_cast<size_t>(depth), '>');
}

TEST(ArrowTypeTextTest, NestsToItsLimitOnly) {
  EXPECT_OK(ParseArrowType(Nested(kMaxNesting)));
  EXPECT_THAT(ParseArrowType(Nested(kMaxNesting + 1)), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(ParseArrowType(Nested(10'000)), HasKind(ErrorKind::kCorruptData));
}

TEST(ArrowTypeTextTest, WhatItAcceptsItRendersBackUnchanged) {
  std::mt19937 random(11);
  const auto types = EveryType();
  for (int round = 0; round < 20'000; ++round) {
    std::string text = types[random() % types.size()].first;
    for (size_t change = random() % 3; change > 0; --change) {
      const size_t at = random() % text.size();
      text[at] = "abdefilnst0123456789(),<>[]= "[random() % 29];
    }
    const auto parsed = ParseArrowType(text);
    if (parsed.ok()) {
      EXPECT_EQ(ArrowTypeText(**parsed), text);
    } else {
      EXPECT_THAT(parsed, HasKind(ErrorKind::kCorruptData));
    }
  }
}

}  // namespace
}  // namespace carmilla
