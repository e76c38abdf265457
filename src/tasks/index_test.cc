#include "carmilla/index.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carmilla {
namespace {

struct Row {
  std::optional<int64_t> key;
};

arrow::Result<Index<int64_t, Row>> IndexOf(const std::vector<Row>& rows, bool is_unique) {
  return Index<int64_t, Row>::Make(rows, &Row::key, is_unique, nullptr);
}

std::vector<Row> RowsWith(const std::vector<int64_t>& keys) {
  std::vector<Row> rows;
  for (const int64_t key : keys) rows.push_back({key});
  return rows;
}

TEST(IndexTest, FindsEveryKeyOfManyShapes) {
  std::mt19937_64 random(7);
  std::vector<int64_t> scattered;
  std::vector<int64_t> dense;
  std::vector<int64_t> high_bits;
  for (int64_t i = 0; i < 5000; ++i) {
    scattered.push_back(static_cast<int64_t>(random()));
    dense.push_back(i - 2500);
    high_bits.push_back(i << 40);  // The low bits, and so the tags, are all one.
  }
  for (const auto& keys : {scattered, dense, high_bits}) {
    const std::vector<Row> rows = RowsWith(keys);
    const auto index = IndexOf(rows, /*is_unique=*/true);
    ASSERT_TRUE(index.ok());
    for (size_t i = 0; i < keys.size(); ++i) {
      ASSERT_EQ(index->Find(keys[i]), &rows[i]) << keys[i];
    }
    EXPECT_EQ(index->Find(std::numeric_limits<int64_t>::max()), nullptr);
    EXPECT_EQ(index->size(), keys.size());
  }
}

TEST(IndexTest, AgreesWithTheStandardLibraryOverRandomKeysThatRepeat) {
  std::mt19937_64 random(11);
  std::vector<int64_t> keys;
  for (int i = 0; i < 3000; ++i) keys.push_back(static_cast<int64_t>(random() % 500) * 8);
  const std::vector<Row> rows = RowsWith(keys);
  const auto index = IndexOf(rows, /*is_unique=*/false);
  ASSERT_TRUE(index.ok());
  std::unordered_map<int64_t, std::vector<const Row*>> plain;
  for (size_t i = 0; i < keys.size(); ++i) plain[keys[i]].push_back(&rows[i]);
  for (int64_t key = -8; key < 500 * 8 + 8; ++key) {
    ASSERT_THAT(index->FindAll(key), testing::ElementsAreArray(plain[key])) << key;
  }
}

TEST(IndexTest, RowsWithoutKeyAreLeftOut) {
  const std::vector<Row> rows = {{1}, {std::nullopt}, {2}, {std::nullopt}};
  const auto index = IndexOf(rows, /*is_unique=*/true);
  ASSERT_TRUE(index.ok());
  EXPECT_EQ(index->size(), 2);
  EXPECT_EQ(index->Find(2), &rows[2]);
  EXPECT_EQ(index->Find(std::optional<int64_t>()), nullptr);
}

TEST(IndexTest, NothingIsFoundWithoutRows) {
  const auto index = IndexOf({}, /*is_unique=*/true);
  ASSERT_TRUE(index.ok());
  EXPECT_EQ(index->Find(0), nullptr);
}

TEST(IndexTest, RefusesAKeyOfTwoRows) {
  const std::vector<Row> rows = RowsWith({1, 2, 1});
  EXPECT_FALSE(IndexOf(rows, /*is_unique=*/true).ok());
}

TEST(IndexTest, AWiderKeyThatNoRowCanHaveFindsNone) {
  struct Narrow {
    int32_t key;
  };
  const std::vector<Narrow> rows = {{1}, {-1}};
  const auto index = Index<int32_t, Narrow>::Make(rows, &Narrow::key,
                                                  /*is_unique=*/true, nullptr);
  ASSERT_TRUE(index.ok());
  EXPECT_EQ(index->Find(int64_t{1}), &rows[0]);
  EXPECT_EQ(index->Find(std::optional<int64_t>(-1)), &rows[1]);
  EXPECT_EQ(index->Find((int64_t{1} << 32) + 1), nullptr);
  EXPECT_THAT(index->FindAll(int64_t{0xFFFFFFFF}), testing::IsEmpty());
}

TEST(IndexTest, FindsTexts) {
  struct Named {
    std::string_view name;
  };
  const std::vector<Named> rows = {{"a"}, {""}, {"a longer name than most"}};
  const auto index = Index<std::string_view, Named>::Make(rows, &Named::name,
                                                          /*is_unique=*/true, nullptr);
  ASSERT_TRUE(index.ok());
  for (const Named& row : rows) EXPECT_EQ(index->Find(row.name), &row);
  EXPECT_EQ(index->Find("b"), nullptr);
}

}  // namespace
}  // namespace carmilla
