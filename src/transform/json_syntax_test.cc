#include "transform/json_syntax.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

#include "core/json.h"

namespace carmilla {
namespace {

TEST(JsonSyntaxTest, TellsJsonFromOtherText) {
  for (const char* text :
       {"{}", "[]", " [ ] ", "0", "-0", "1.5e+3", "\"\"", "true", "false", "null",
        R"({"a":[1,{"b":null}],"c":"\u00e9\n"})", "[[],[[]],{}]", "1E400", "[1 , 2]"}) {
    EXPECT_TRUE(IsJson(text)) << text;
  }
  for (const char* text :
       {"",         " ",           "{",      "}",   "[1,]",     "{\"a\"}",
        "{\"a\":}", "{\"a\":1,}",  "{1:2}",  "01",  "1.",       ".5",
        "+1",       "1e",          "--1",    "nul", "truex",    "\"",
        "\"\\x\"",  "\"\\u12g4\"", "\"\n\"", "1 2", "[1 2]",    "{\"a\":1]",
        "[1}",      "{}{}",        "'a'",    "NaN", "Infinity", "//"}) {
    EXPECT_FALSE(IsJson(text)) << text;
  }
}

TEST(JsonSyntaxTest, NestingMayBeAsDeepAsTheTextIsLong) {
  constexpr size_t kDepth = 1'000'000;
  const std::string deep = std::string(kDepth, '[') + std::string(kDepth, ']');
  EXPECT_TRUE(IsJson(deep));
  EXPECT_FALSE(IsJson(deep + "]"));
  EXPECT_FALSE(IsJson(deep.substr(1)));
}

/// Another parser says the same of mutated documents.
TEST(JsonSyntaxTest, AgreesWithAnotherParser) {
  const std::string seed =
      R"({"a": [1, -2.5e3, true, null], "b\"\u0041": {"c": "x\\y"}})";
  constexpr std::string_view kSigns = "{}[],:\"\\0123.eE-+ tfnu\n";
  std::mt19937 random(7);
  int num_valid = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text = seed;
    for (unsigned i = random() % 4; i > 0; --i) {
      const size_t at = random() % text.size();
      const char sign = kSigns[random() % kSigns.size()];
      if (random() % 2 == 0) {
        text[at] = sign;
      } else {
        text.erase(at, 1 + random() % 3);
      }
    }
    const bool is_valid = Json::accept(text);
    num_valid += is_valid ? 1 : 0;
    ASSERT_EQ(IsJson(text), is_valid) << text;
  }
  EXPECT_GT(num_valid, 10'000);
}

TEST(JsonSyntaxTest, ResolvesEscapes) {
  const std::pair<std::string, std::string> strings[] = {
      {"", ""},
      {"abc", "abc"},
      {R"(a\"b\\c\/d)", "a\"b\\c/d"},
      {R"(\b\f\n\r\t)", "\b\f\n\r\t"},
      {R"(\u0041\u00e9\u20AC)", "Aé€"},
      {R"(x\ud83d\ude00y)", "x😀y"},
      {R"(\uDBFF\uDFFF)", "\xF4\x8F\xBF\xBF"},
      {R"(\u0000)", std::string(1, '\0')},
  };
  for (const auto& [escaped, text] : strings) {
    std::string out;
    EXPECT_TRUE(AppendUnescaped(escaped, &out)) << escaped;
    EXPECT_EQ(out, text);
  }
}

TEST(JsonSyntaxTest, HalfASurrogatePairIsNoCharacter) {
  for (const char* escaped : {R"(\ud83d)", R"(\ude00)", R"(\ud83dx)", R"(\ud83d\n)",
                              R"(\ud83d\u0041)", R"(\ud83d\ud83d\ude00)"}) {
    std::string out;
    EXPECT_FALSE(AppendUnescaped(escaped, &out)) << escaped;
  }
}

}  // namespace
}  // namespace carmilla
