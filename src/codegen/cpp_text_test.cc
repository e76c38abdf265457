#include "codegen/cpp_text.h"

#include <gtest/gtest.h>

namespace carmilla {
namespace {

TEST(CppTextTest, LiteralsHoldWhatTheyAreOf) {
  EXPECT_EQ(StringLiteral("amount"), R"("amount")");
  EXPECT_EQ(StringLiteral("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(StringLiteral("gr\xC3\xB6\xC3\x9F"
                          "e"),
            "\"gr\xC3\xB6\xC3\x9F"
            "e\"");
  EXPECT_EQ(StringLiteral("what?\?/"), "\"what?\\?/\"");
}

TEST(CppTextTest, LiteralsShowNothingThatSteersAnEditor) {
  EXPECT_EQ(StringLiteral("a\n1"), R"("a\0121")");
  EXPECT_EQ(StringLiteral("a\xE2\x80\xAE"
                          "b"),
            R"("a\342\200\256b")");
  EXPECT_EQ(StringLiteral("a\xFFz"), R"("a\377z")");
  EXPECT_EQ(StringLiteral(std::string("a\0b", 3)), R"("a\000b")");
}

TEST(CppTextTest, RawLiteralsEndWhereTheyShall) {
  EXPECT_EQ(RawStringLiteral("select 1"), "R\"sql(select 1)sql\"");
  EXPECT_EQ(RawStringLiteral("select ')sql\"'"), "R\"sql2(select ')sql\"')sql2\"");
}

TEST(CppTextTest, CommentsAreWrapped) {
  EXPECT_EQ(CommentLines("One per order.", 2), "  /// One per order.\n");
  const std::string words =
      "twelve chars "
      "twelve chars "
      "twelve chars ";
  EXPECT_EQ(
      CommentLines(words + words + words, 2),
      "  /// twelve chars twelve chars twelve chars twelve chars twelve chars twelve "
      "chars twelve\n  /// chars twelve chars twelve chars\n");
  EXPECT_EQ(CommentLines("", 2), "");
  EXPECT_EQ(CommentLines(" \n\t ", 2), "");
}

TEST(CppTextTest, CommentsCannotEndOrGoOn) {
  EXPECT_EQ(CommentLines("a\n#include <x>\r\nb", 0), "/// a #include <x> b\n");
  EXPECT_EQ(CommentLines("a */ b /* c", 0), "/// a * / b / * c\n");
  EXPECT_EQ(CommentLines("C:\\", 0), "/// C:\\.\n");
  EXPECT_EQ(CommentLines("a\xE2\x80\xAE"
                         "b\x1B[31m",
                         0),
            "/// a b [31m\n");
}

TEST(CppTextTest, ATemplateIsFilledOnce) {
  EXPECT_EQ(FillTemplate("@A@ and @B@@A@", {{"A", "@B@"}, {"B", "b"}}), "@B@ and b@B@");
  EXPECT_EQ(FillTemplate("actions/checkout@v4, @C@, a@", {{"C", ""}}),
            "actions/checkout@v4, , a@");
  EXPECT_EQ(FillTemplate("x@y @A@", {{"A", "1"}}), "x@y 1");
}

}  // namespace
}  // namespace carmilla
