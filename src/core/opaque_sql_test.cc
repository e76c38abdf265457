#include "core/opaque_sql.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace carmilla {
namespace {

TEST(OpaqueSqlTest, EndsWhereItsQuoteCloses) {
  for (const char* text :
       {"'a;b'", "'it''s'", "\"a \"\" b\"", "$$ ' $$", "$tag$ $$ ' $tag$", "-- '",
        "/* ' /* ; */ \" */", "$\xC3\xA4$ $$ $\xC3\xA4$"}) {
    const std::string_view rest = text[0] == '-' ? "\n1" : " 1";
    // Of a doubled quote, what it closes is opened again.
    const std::string sql = std::string(text) + std::string(rest);
    size_t end = 0;
    while (end < std::string_view(text).size()) {
      const auto next = EndOfOpaque(sql, end);
      ASSERT_TRUE(next.has_value()) << sql;
      ASSERT_GT(*next, end) << sql;
      end = *next;
    }
    EXPECT_EQ(end, std::string_view(text).size()) << sql;
  }
}

TEST(OpaqueSqlTest, ABackslashHidesAQuoteOnlyInAnEscapeString) {
  EXPECT_EQ(EndOfOpaque(R"(E'\';' 1)", 1), 6U);
  EXPECT_EQ(EndOfOpaque(R"(E'\\' 1)", 1), 5U);
  EXPECT_EQ(EndOfOpaque(R"(e'a''\'b' 1)", 1), 9U);
  EXPECT_EQ(EndOfOpaque(R"('\' 1)", 0), 3U);
  EXPECT_EQ(EndOfOpaque(R"(date'\' 1)", 4), 7U);
}

TEST(OpaqueSqlTest, AnEscapeStringMayGoOnInAnotherLine) {
  EXPECT_EQ(EndOfOpaque("E'a'\n'\\' $1' 2", 1), 12U);
  EXPECT_EQ(EndOfOpaque("E'a' -- '\r\n -- b\n '\\'' 2", 1), 22U);
  EXPECT_EQ(EndOfOpaque("E'a' 'b'", 1), 4U);
  EXPECT_EQ(EndOfOpaque("E'a'\n, '\\'", 1), 4U);
}

TEST(OpaqueSqlTest, ACommentEndsWithItsLine) {
  EXPECT_EQ(EndOfOpaque("-- '\n1", 0), 4U);
  EXPECT_EQ(EndOfOpaque("-- '\r1", 0), 4U);
  EXPECT_EQ(EndOfOpaque("-- '", 0), 4U);
}

TEST(OpaqueSqlTest, NothingBeginsInsideOfANameOrAtAParameter) {
  EXPECT_EQ(EndOfOpaque("a$b$c", 1), 1U);
  EXPECT_EQ(EndOfOpaque("$1$2", 0), 0U);
  EXPECT_EQ(EndOfOpaque("- 1", 0), 0U);
  EXPECT_EQ(EndOfOpaque("/ 1", 0), 0U);
}

TEST(OpaqueSqlTest, WhatIsOpenHasNoEnd) {
  for (const char* text : {"'a", "\"a", "$$ a", "$a$ $$", "/* a", "/* /* */"}) {
    EXPECT_EQ(EndOfOpaque(text, 0), std::nullopt) << text;
  }
  EXPECT_EQ(EndOfOpaque(R"(E'\')", 1), std::nullopt);
}

}  // namespace
}  // namespace carmilla
