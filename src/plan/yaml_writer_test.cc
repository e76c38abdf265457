#include "plan/yaml_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plan/yaml_document.h"

namespace carmilla {
namespace {

std::vector<std::string> Texts() {
  return {"orders",
          "public.orders",
          "public.*",
          "env:DATABASE_URL",
          "./lake",
          "/srv/lake",
          "host=db dbname=shop",
          "postgresql://reader@db/shop?sslmode=require",
          "my table",
          "my-table",
          "a$b",
          "Größe",
          "注文",
          "1st",
          "-",
          "- x",
          "*",
          "&anchor",
          "!tag",
          "%a",
          "@a",
          "`a`",
          "null",
          "Null",
          "~",
          "true",
          "NO",
          "on",
          "y",
          "12",
          "1e3",
          ".inf",
          "0x1f",
          "a: b",
          "a:b",
          "a:",
          "a #b",
          "#a",
          "a,b",
          "[a]",
          "{a}",
          "a]",
          "\"",
          "'",
          "it's",
          "a\"b\"c",
          "a\\b",
          "a\\",
          "a\nb",
          "a\r\nb",
          "\t",
          " a",
          "a ",
          "a\x04z",
          "a\x1b[31m",
          "a\x7f",
          "a\u0085b",
          "a\u2028b",
          "\ufeffa",
          "a\u00a0b",
          "a\u202eb\u200bc\u2066",
          "?",
          "? a",
          "|",
          ">",
          "<<",
          "=",
          "---",
          "...",
          "😀"};
}

std::string Read(const std::string& yaml, bool is_list) {
  ProblemList problems;
  const YamlNodePointer root = ParseYaml(yaml, &problems);
  if (!problems.empty() || root == nullptr) return "(not read)";
  const YamlNodePointer value = root->members.at(0).value;
  return is_list ? value->items.at(1)->text : value->text;
}

TEST(YamlWriterTest, EveryTextIsReadBackAsItWas) {
  for (const std::string& text : Texts()) {
    const std::string scalar = WriteScalar(text);
    EXPECT_EQ(scalar.find('\n'), std::string::npos) << scalar;
    EXPECT_EQ(Read("key: " + scalar + "\n", /*is_list=*/false), text) << scalar;
    EXPECT_EQ(Read("key:\n  - x\n  - " + scalar + "\n", /*is_list=*/true), text)
        << scalar;
    EXPECT_EQ(Read("key: [x, " + scalar + ", y]\n", /*is_list=*/true), text) << scalar;
    EXPECT_EQ(Read("{key: " + scalar + "}\n", /*is_list=*/false), text) << scalar;
  }
}

TEST(YamlWriterTest, OrdinaryNamesHaveNoQuotes) {
  for (const std::string text :
       {"public.orders", "public.*", "env:DATABASE_URL", "./lake", "Größe", "my table"}) {
    EXPECT_EQ(WriteScalar(text), text);
  }
  EXPECT_EQ(WriteScalar("no"), "\"no\"");
  EXPECT_EQ(WriteScalar("1st"), "\"1st\"");
}

TEST(YamlWriterTest, ALongListContinuesOnIndentedLines) {
  EXPECT_EQ(WriteList(std::vector<std::string>{"a", "b"}, 4, 80), "[a, b]");
  const std::string list = WriteList(Texts(), 4, 60);
  ProblemList problems;
  const YamlNodePointer root = ParseYaml("key:\n    " + list + "\n", &problems);
  ASSERT_TRUE(problems.empty()) << list;
  std::vector<std::string> read;
  for (const YamlNodePointer& item : root->members.at(0).value->items) {
    read.push_back(item->text);
  }
  EXPECT_EQ(read, Texts());
  EXPECT_EQ(list.find("\n   "), list.find('\n'));
}

TEST(YamlWriterTest, KnowsWhatNoValueCanSay) {
  EXPECT_TRUE(IsWritable("a\nb"));
  EXPECT_FALSE(IsWritable("env:HOME"));
  EXPECT_FALSE(IsWritable("file:x"));
  EXPECT_FALSE(IsWritable(""));
  EXPECT_FALSE(IsWritable("caf\xe9"));
}

TEST(YamlWriterTest, ACommentStaysOnItsLine) {
  EXPECT_EQ(CommentText("a\nb: c"), "a\\x0ab: c");
  EXPECT_EQ(CommentText("a\u2028b"), "a\\u2028b");
  EXPECT_EQ(CommentText("caf\xe9 x"), "caf\ufffd x");
  EXPECT_EQ(CommentText("Größe 注文 😀"), "Größe 注文 😀");
  EXPECT_EQ(CommentText("cut \xF0\x9F\x98"), "cut \ufffd\ufffd\ufffd");
}

}  // namespace
}  // namespace carmilla
