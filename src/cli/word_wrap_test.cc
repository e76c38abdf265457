#include "cli/word_wrap.h"

#include <gtest/gtest.h>

namespace carmilla {
namespace {

TEST(WordWrapTest, BreaksBetweenWordsAndIndentsWhatFollows) {
  EXPECT_EQ(WrapWords("one two three", 0, 7), "one two\nthree");
  EXPECT_EQ(WrapWords("one two three", 2, 9), "one two\n  three");
  EXPECT_EQ(WrapWords("one two", 0, 7), "one two");
}

TEST(WordWrapTest, WidthZeroBreaksNothing) {
  const std::string text(500, 'x');
  EXPECT_EQ(WrapWords(text + " " + text, 4, 0), text + " " + text);
  EXPECT_EQ(WrapHanging("  a " + text + "\nb", 4, 0), "  a " + text + "\nb");
}

TEST(WordWrapTest, AWordThatIsTooWideStaysWhole) {
  EXPECT_EQ(WrapWords("a verylongword b", 2, 8), "a\n  verylongword\n  b");
}

TEST(WordWrapTest, CountsColumnsNotBytes) {
  EXPECT_EQ(WrapWords("äöü äöü", 0, 7), "äöü äöü");
  EXPECT_EQ(WrapWords("中文 中文", 0, 8), "中文\n中文");
}

TEST(WordWrapTest, KeepsQuotedCommandsWhole) {
  EXPECT_EQ(WrapWords("see `carmilla errors io`.", 0, 22), "see\n`carmilla errors io`.");
  EXPECT_EQ(WrapWords("did you mean \"a b\"?", 0, 15), "did you mean\n\"a b\"?");
}

TEST(WordWrapTest, BreaksQuotedTextThatNoLineHolds) {
  EXPECT_EQ(WrapWords("`one two three`", 0, 9), "`one two\nthree`");
  EXPECT_EQ(WrapWords("5\" wide and long", 0, 8), "5\" wide\nand long");
}

TEST(WordWrapTest, HangingLinesBeginAtTheLeftEdgeAndEachLineIsItsOwn) {
  EXPECT_EQ(WrapHanging("hint: one two\n  three four five\n", 6, 12),
            "hint: one\n      two\n  three four\n      five\n");
}

}  // namespace
}  // namespace carmilla
