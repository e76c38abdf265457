#include "plan/yaml_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

std::string ProblemsOf(const std::string& text) {
  ProblemList problems;
  ParseYaml(text, &problems);
  const arrow::Status status = problems.ToStatus("f");
  return status.ok() ? "" : RenderError(status);
}

TEST(YamlDocumentTest, KeepsOrderPlacesAndSpellings) {
  ProblemList problems;
  const YamlNodePointer root = ParseYaml("ä: [ü, 'x']\nb: null\nc:\nd: ''\n", &problems);
  ASSERT_NE(root, nullptr);
  ASSERT_TRUE(problems.empty());
  ASSERT_EQ(root->members.size(), 4U);
  EXPECT_EQ(root->members[0].key, "ä");
  const YamlNode& list = *root->members[0].value;
  EXPECT_EQ(list.position, (SourcePosition{1, 4}));
  EXPECT_EQ(list.items[0]->position, (SourcePosition{1, 5}));
  // Columns count characters, not bytes.
  EXPECT_EQ(list.items[1]->position, (SourcePosition{1, 8}));
  EXPECT_EQ(root->members[1].value->kind, YamlNode::Kind::kNull);
  EXPECT_EQ(root->members[1].value->text, "null");
  EXPECT_EQ(root->members[2].value->text, "");
  EXPECT_EQ(root->members[2].value->position, (SourcePosition{3, 1}));
  EXPECT_EQ(root->members[3].value->kind, YamlNode::Kind::kScalar);
}

TEST(YamlDocumentTest, TakesAByteOrderMarkAndWindowsLines) {
  ProblemList problems;
  const YamlNodePointer root = ParseYaml(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: 2\r\n",
      &problems);
  ASSERT_NE(root, nullptr);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(root->members[1].key, "b");
  EXPECT_EQ(root->members[1].value->text, "2");
  EXPECT_EQ(root->members[1].position, (SourcePosition{2, 1}));
}

TEST(YamlDocumentTest, FollowsAliases) {
  ProblemList problems;
  const YamlNodePointer root = ParseYaml("a: &x [1, 2]\nb: *x\n", &problems);
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root->members[0].value, root->members[1].value);
  // The root, two keys, and twice a list of two.
  EXPECT_EQ(root->num_nodes, 9);
}

TEST(YamlDocumentTest, RefusesWithAPlaceAndACure) {
  struct Case {
    std::string text;
    std::string shown;
  };
  const std::vector<Case> cases = {
      {"a: 1\nb: 2\na: 3\n",
       "f:3:1: key \"a\" stands here a second time, first on line 1"},
      {"a: {<<: {b: c}}\n",
       "f:1:5: the merge key \"<<\" is not supported\n"
       "hint: write the keys out, or put them under defaults"},
      {"a: 1\n---\nb: 2\n",
       "f:2:1: a second YAML document begins\nhint: keep one document in the file"},
      {"a: !env X\n",
       "f:1:4: a YAML tag (a word that begins with !) is not supported\n"
       "hint: put a value that begins with ! in quotes"},
      {"a: [*_old]\n",
       "f:1:5: not valid YAML: a value that begins with * refers to no anchor\n"
       "hint: put a pattern that begins with * in quotes"},
      {"a: &x [*x]\n", "f:1:8: an alias lies inside its own anchor"},
      {"? [a]\n: b\n", "f:1:3: a key must be one word, not a list or a map"},
      {"a: [x\n",
       "f:1:4: not valid YAML: a list is not closed by ]\nhint: close it; inside it, a "
       "value with a bracket or a brace needs quotes"},
      {"a: {x: y\n",
       "f:1:4: not valid YAML: a map is not closed by }\nhint: close it; inside it, a "
       "value with a bracket or a brace needs quotes"},
      {"a: {x: timestamp[ms]}\n",
       "f:1:4: not valid YAML: a map is not closed by }\nhint: close it; inside it, a "
       "value with a bracket or a brace needs quotes"},
      {"a: 'x\nb: c\n", "f:2:5: not valid YAML: quotes are not closed"},
      {"a: \"x\n\n", "f:1:6: not valid YAML: quotes are not closed"},
      {"a: \"b\" = 1\n",
       "f:1:8: not valid YAML: this does not continue the map above\n"
       "hint: check the indentation; quotes must enclose the whole value"},
      {"a: b: c\n",
       "f:1:5: not valid YAML: a colon is not expected here\n"
       "hint: check the indentation, and put a value that holds \": \" in quotes"},
      {"a: @x\n",
       "f:1:4: not valid YAML: a value cannot begin with this character\n"
       "hint: put the value in quotes"},
      {"a:\n\tb: c\n", "f:2:1: the line is indented by a tab\nhint: indent by spaces"},
      {"a: \x04 b\n", "f:1:4: a control character is not allowed\nhint: remove it"},
      {std::string("a: \0b\n", 6),
       "f:1:4: a control character is not allowed\nhint: remove it"},
      {"a: ä\xff\n", "f:1:5: a byte is not UTF-8\nhint: save the file as UTF-8"},
      {std::string("\xFF\xFE"
                   "a\0",
                   4),
       "f:1:1: the file is UTF-16\nhint: save it as UTF-8"},
      {"%YAML hunter2\n---\na: b\n",
       "f:1:1: not valid YAML: the %YAML line names no version"},
  };
  for (const Case& one : cases) EXPECT_EQ(ProblemsOf(one.text), one.shown) << one.text;
}

TEST(YamlDocumentTest, DeepNestingIsRefusedBeforeTheStackEnds) {
  const int levels = 200'000;
  EXPECT_THAT(ProblemsOf("a: " + std::string(levels, '[')),
              testing::HasSubstr("nested more than 32 levels deep"));
  EXPECT_THAT(ProblemsOf(std::string(levels, '{')), testing::HasSubstr("levels deep"));
  std::string entries;
  for (int i = 0; i < levels; ++i) entries += "- ";
  EXPECT_THAT(ProblemsOf(entries), testing::HasSubstr("levels deep"));
}

TEST(YamlDocumentTest, AliasesOfAliasesDoNotMultiply) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    const std::string name = "a" + std::to_string(i);
    text.append(name).append(": &").append(name).append(" [");
    for (int j = 0; j < 10; ++j) text += (j > 0 ? ", " : "") + before;
    text += "]\n";
  }
  EXPECT_THAT(ProblemsOf(text), testing::HasSubstr("aliases multiply the document"));
}

}  // namespace
}  // namespace carmilla
