#include "carmilla/json.h"

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carmilla {
namespace {

using ::testing::Eq;
using ::testing::Optional;

constexpr Json kOrder = Json::FromPostgres(
    R"({"id": 9007199254740993, "paid": true, "note": "caf\u00e9 \"x\"", "total": 19.990,
        "text_total": "19.99", "half": 1.5, "big": 1e3, "nothing": null, "any key": 1,
        "day": "2024-02-29", "at": "2024-02-29T12:00:00.5", "at_utc": "2024-02-29T12:00:00Z",
        "items": [1, "a,]\"", {"b": [2, 3]}, null, [] ], "empty": [ ], "twice": 1, "twice": 2})");

TEST(JsonTest, GivesTypedValues) {
  EXPECT_THAT(kOrder.GetInt64("$.id"), Optional(9007199254740993));
  EXPECT_THAT(kOrder.GetInt64("$.big"), Optional(1000));
  EXPECT_THAT(kOrder.GetInt64("$.\"any key\""), Optional(1));
  EXPECT_THAT(kOrder.GetBool("$.paid"), Optional(true));
  EXPECT_THAT(kOrder.GetDouble("$.half"), Optional(1.5));
  EXPECT_THAT(kOrder.GetText("$.note"), Optional(Eq("caf\u00e9 \"x\"")));
  EXPECT_THAT(kOrder.GetText("$.total"), Optional(Eq("19.990")));
  EXPECT_THAT(kOrder.GetText("$.items[2]"), Optional(Eq("{\"b\": [2, 3]}")));
  EXPECT_THAT((kOrder.GetDecimal<15, 2>("$.total")), Optional(19.99_decimal));
  EXPECT_THAT((kOrder.GetDecimal<4, 2>("$.text_total")), Optional(19.99_decimal));
  EXPECT_THAT(kOrder.GetInt64("$.items[2].b[1]"), Optional(3));
  EXPECT_EQ(kOrder.GetDate("$.day")->ToString(), "2024-02-29");
  EXPECT_EQ(kOrder.GetTimestamp("$.at")->ToString(), "2024-02-29 12:00:00.5");
  EXPECT_EQ(kOrder.GetTimestampTz("$.at_utc")->ToString(), "2024-02-29 12:00:00+00");
}

TEST(JsonTest, OfARepeatedKeyTheLastOneCounts) {
  EXPECT_THAT(kOrder.GetInt64("$.twice"), Optional(2));
}

TEST(JsonTest, WhatIsMissingIsNothing) {
  EXPECT_EQ(kOrder.GetInt64("$.nothing"), std::nullopt);
  EXPECT_EQ(kOrder.GetInt64("$.no_such_key"), std::nullopt);
  EXPECT_EQ(kOrder.GetText("$.items[9]"), std::nullopt);
  EXPECT_FALSE(kOrder.GetElements("$.nothing").has_value());
  EXPECT_EQ(Json().GetText("$"), std::nullopt);
}

TEST(JsonTest, WhatDoesNotFitThrows) {
  EXPECT_THROW(kOrder.GetInt64("$.half"), ValueError);
  EXPECT_THROW(kOrder.GetInt64("$.note"), ValueError);
  EXPECT_THROW(kOrder.GetInt64("$.id.deeper"), ValueError);
  EXPECT_THROW(kOrder.GetBool("$.id"), ValueError);
  EXPECT_THROW((kOrder.GetDecimal<15, 1>("$.total")), ValueError);
  EXPECT_THROW((kOrder.GetDecimal<3, 2>("$.total")), ValueError);
  EXPECT_THROW(kOrder.GetDouble("$.paid"), ValueError);
  EXPECT_THROW(kOrder.GetDate("$.note"), ValueError);
  EXPECT_THROW(kOrder.GetTimestamp("$.at_utc"), ValueError);
  EXPECT_THROW(kOrder.GetTimestampTz("$.at"), ValueError);
  EXPECT_THROW(kOrder.GetElements("$.id"), ValueError);
}

TEST(JsonTest, TextThatIsNoJsonThrowsAtEveryLook) {
  for (const char* text : {"", "{", "{\"a\": }", "[1, 2", "\"", "nul", "1 2"}) {
    EXPECT_THROW(Json(text).GetText("$"), ValueError) << text;
    EXPECT_THROW(Json(text).GetInt64("$.a"), ValueError) << text;
  }
  EXPECT_THAT(Json("{\"a\": 1}").GetInt64("$.a"), Optional(1));
}

TEST(JsonTest, APathThatIsNoneIsAMistakeOfTheProgram) {
  EXPECT_THROW(kOrder.GetInt64("id"), std::invalid_argument);
  EXPECT_THROW(kOrder.GetInt64("$.a["), std::invalid_argument);
}

TEST(JsonTest, GivesDocumentsWithinTheSameText) {
  const Json inner = *kOrder.GetJson("$.items[2]");
  EXPECT_EQ(inner.text(), "{\"b\": [2, 3]}");
  EXPECT_GE(inner.text().data(), kOrder.text().data());
  EXPECT_LT(inner.text().data(), kOrder.text().data() + kOrder.text().size());
  EXPECT_EQ(kOrder.GetJson("$.day")->text(), "\"2024-02-29\"");
  EXPECT_EQ(kOrder.GetJson("$.half")->text(), "1.5");
  EXPECT_EQ(inner.GetInt64("$.b[0]"), 2);
}

TEST(JsonTest, GivesTheElementsOfArrays) {
  const std::vector<Json> items = *kOrder.GetElements("$.items");
  ASSERT_EQ(items.size(), 5);
  EXPECT_THAT(items[0].GetInt64("$"), Optional(1));
  EXPECT_THAT(items[1].GetText("$"), Optional(Eq("a,]\"")));
  EXPECT_EQ(items[2].text(), "{\"b\": [2, 3]}");
  EXPECT_EQ(items[3].GetText("$"), std::nullopt);
  EXPECT_EQ(items[4].text(), "[]");
  EXPECT_TRUE(kOrder.GetElements("$.empty")->empty());
}

TEST(JsonTest, LooksFromManyThreads) {
  std::vector<std::thread> threads;
  std::vector<int64_t> sums(4);
  for (size_t i = 0; i < sums.size(); ++i) {
    threads.emplace_back([&sum = sums[i]] {
      for (int turn = 0; turn < 200; ++turn) sum += *kOrder.GetInt64("$.items[2].b[1]");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(sums, ::testing::Each(600));
}

TEST(JsonTest, ForgetsPathsOfALoop) {
  for (int i = 0; i < 3000; ++i) {
    EXPECT_EQ(kOrder.GetInt64("$.items[" + std::to_string(i + 5) + "]"), std::nullopt);
  }
  EXPECT_THAT(kOrder.GetInt64("$.items[0]"), Optional(1));
}

}  // namespace
}  // namespace carmilla
