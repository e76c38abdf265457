#include "postgres/message_block.h"

#include <arrow/memory_pool.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(MessageBlockTest, KeepsMessagesUntilCleared) {
  MessageBlock block;
  for (const std::string message : {"one", "", "three"}) ASSERT_OK(block.Add(message));
  ASSERT_EQ(block.num_messages(), 3U);
  EXPECT_EQ(block.message(0), "one");
  EXPECT_EQ(block.message(1), "");
  EXPECT_EQ(block.message(2), "three");
  EXPECT_EQ(block.bytes(), 8);
  block.Clear();
  EXPECT_EQ(block.num_messages(), 0U);
  EXPECT_EQ(block.bytes(), 0);
}

TEST(MessageBlockTest, TakesAMessageInPieces) {
  MessageBlock block;
  ASSERT_OK(block.Add("before"));
  std::string expected;
  for (int64_t piece : {10, 100'000, 3'000'000}) {
    ASSERT_OK(block.MakeRoom(piece));
    ASSERT_GE(block.room(), piece);
    std::fill_n(block.space(), piece, static_cast<char>('a' + piece % 26));
    block.Extend(piece);
    expected.append(static_cast<size_t>(piece), static_cast<char>('a' + piece % 26));
    ASSERT_EQ(block.written(), expected);
    ASSERT_EQ(block.num_messages(), 1U);
  }
  block.EndMessage();
  EXPECT_EQ(block.written(), "");
  EXPECT_EQ(block.message(0), "before");
  EXPECT_EQ(block.message(1), expected);
}

TEST(MessageBlockTest, WantsFewMessagesAndForgetsTheMemoryOfAGiantOne) {
  const int64_t before = arrow::default_memory_pool()->bytes_allocated();
  MessageBlock block;
  EXPECT_TRUE(block.WantsMore());
  ASSERT_OK(block.Add(std::string(100, 'x')));
  EXPECT_TRUE(block.WantsMore());
  ASSERT_OK(block.MakeRoom(10'000'000));
  block.Extend(10'000'000);
  block.EndMessage();
  EXPECT_FALSE(block.WantsMore());
  block.Clear();
  EXPECT_TRUE(block.WantsMore());
  EXPECT_LT(arrow::default_memory_pool()->bytes_allocated() - before, 2'000'000);
  ASSERT_OK(block.Add("small"));
  EXPECT_EQ(block.message(0), "small");
}

}  // namespace
}  // namespace carmilla
