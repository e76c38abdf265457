#include "carmilla/bytes.h"

#include <string_view>
#include <unordered_set>

#include <gtest/gtest.h>

namespace carmilla {
namespace {

using std::string_view_literals::operator""sv;

TEST(BytesTest, PrintsAsPostgres) {
  EXPECT_EQ(Bytes("\x00\x7f\x80\xff"sv).ToString(), "\\x007f80ff");
  EXPECT_EQ(Bytes().ToString(), "\\x");
}

TEST(BytesTest, IsOrderedByBytesWithoutSign) {
  EXPECT_LT(Bytes("\x7f"), Bytes("\x80"));
  EXPECT_LT(Bytes("a"), Bytes("a\0"sv));
  const std::unordered_set<Bytes> seen = {Bytes("a")};
  EXPECT_TRUE(seen.contains(Bytes("a")));
  EXPECT_FALSE(seen.contains(Bytes("b")));
}

}  // namespace
}  // namespace carmilla
