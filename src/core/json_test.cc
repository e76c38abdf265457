#include "core/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(JsonTest, KeepsTheOrderOfMembers) {
  ASSERT_OK_AND_ASSIGN(const Json json, ParseJson(R"({"b": 1, "a": [true, null]})", "x"));
  EXPECT_EQ(DumpJson(json), R"({"b":1,"a":[true,null]})");
  EXPECT_EQ(DumpJson(json["a"], 2), "[\n  true,\n  null\n]");
}

TEST(JsonTest, ASyntaxErrorNamesTheByteButNoValue) {
  const auto result = ParseJson(R"({"key": secret})", "manifest m");
  EXPECT_THAT(result, HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(result, StatusMessageHas("manifest m: not valid JSON at byte 9"));
  EXPECT_THAT(result.status().message(), ::testing::Not(::testing::HasSubstr("secret")));
}

TEST(JsonTest, RefusesWhatIsNotADocument) {
  for (const char* text :
       {"", "{", "{} {}", "nul", "\"a", "[1,]", "{\"a\":1e999}", "\xff"}) {
    EXPECT_THAT(ParseJson(text, "x"), HasKind(ErrorKind::kCorruptData)) << text;
  }
}

TEST(JsonTest, SurvivesDeepNesting) {
  EXPECT_THAT(ParseJson(std::string(200'000, '['), "x"),
              HasKind(ErrorKind::kCorruptData));
}

TEST(JsonTest, InvalidUtf8BecomesTheReplacementCharacter) {
  Json json;
  json["name"] = "a\xff";
  EXPECT_EQ(DumpJson(json), "{\"name\":\"a\xef\xbf\xbd\"}");
}

class JsonObjectReaderTest : public ::testing::Test {
 protected:
  Json json_ = Json::parse(
      R"({"s": "x", "i": -9223372036854775808, "big": 9223372036854775808, "b": true,
          "o": {"k": 1}, "a": [1], "d": 1.0, "n": null})");
  JsonObjectReader reader_{json_, "manifest m"};
};

TEST_F(JsonObjectReaderTest, ReadsEachType) {
  EXPECT_THAT(reader_.String("s"), IsOkAndHolds("x"));
  EXPECT_THAT(reader_.Integer("i"), IsOkAndHolds(INT64_MIN));
  EXPECT_THAT(reader_.Boolean("b"), IsOkAndHolds(true));
  ASSERT_OK_AND_ASSIGN(const Json* object, reader_.Object("o"));
  EXPECT_EQ(DumpJson(*object), R"({"k":1})");
  ASSERT_OK_AND_ASSIGN(const Json* array, reader_.Array("a"));
  EXPECT_EQ(array->size(), 1U);
}

TEST_F(JsonObjectReaderTest, AMissingMemberIsNamed) {
  EXPECT_THAT(reader_.String("nope"), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(reader_.String("nope"), StatusMessageHas("manifest m: no member \"nope\""));
}

TEST_F(JsonObjectReaderTest, AMistypedMemberIsNamed) {
  EXPECT_THAT(reader_.String("i"), StatusMessageHas("\"i\" is not a string"));
  EXPECT_THAT(reader_.Integer("s"), StatusMessageHas("\"s\" is not a 64-bit integer"));
  EXPECT_THAT(reader_.Integer("d"), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(reader_.Integer("big"), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(reader_.Boolean("i"), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(reader_.Object("a"), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(reader_.Array("o"), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(reader_.String("n"), HasKind(ErrorKind::kCorruptData));
}

TEST_F(JsonObjectReaderTest, OptionalMembersMayBeAbsentButNotMistyped) {
  EXPECT_THAT(reader_.OptionalString("nope"), IsOkAndHolds(""));
  EXPECT_THAT(reader_.OptionalString("s"), IsOkAndHolds("x"));
  EXPECT_THAT(reader_.OptionalString("b"), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(reader_.OptionalInteger("nope", 7), IsOkAndHolds(7));
  EXPECT_THAT(reader_.OptionalInteger("s", 7), HasKind(ErrorKind::kCorruptData));
  EXPECT_TRUE(reader_.Has("s"));
  EXPECT_FALSE(reader_.Has("nope"));
}

TEST_F(JsonObjectReaderTest, RefusesWhatIsNoObject) {
  const Json array = Json::array();
  const JsonObjectReader reader(array, "pointer");
  EXPECT_FALSE(reader.Has("s"));
  EXPECT_THAT(reader.String("s"), StatusMessageHas("pointer: not a JSON object"));
}

TEST(JsonTest, FindsTextOnlyWhereThereIsSome) {
  const Json json = {{"text", "a"}, {"empty", ""}, {"number", 1}, {"null", nullptr}};
  ASSERT_NE(FindText(json, "text"), nullptr);
  EXPECT_EQ(*FindText(json, "text"), "a");
  ASSERT_NE(FindText(json, "empty"), nullptr);
  for (const char* key : {"number", "null", "absent"}) {
    EXPECT_EQ(FindText(json, key), nullptr) << key;
  }
  EXPECT_EQ(FindText(Json::array({1}), "text"), nullptr);
}

}  // namespace
}  // namespace carmilla
