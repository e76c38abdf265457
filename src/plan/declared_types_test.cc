#include "plan/declared_types.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plan/configuration_fixture.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// The columns of a map with their types, and `line:column: problem; hint` of the rest.
struct Read {
  std::vector<std::string> types;
  std::vector<std::string> problems;
};

Read ReadTypes(const std::string& yaml) {
  ReadingContext context;
  const YamlNodePointer map = ParseYaml(yaml, &context.problems);
  Read read;
  if (map != nullptr) {
    for (const auto& [column, declared] : ReadDeclaredTypes(*map, &context)) {
      read.types.push_back(column + " " + RenderDeclaredType(declared.type));
    }
  }
  for (const Problem& problem : context.problems.problems()) {
    read.problems.push_back(std::to_string(problem.position.line) + ":" +
                            std::to_string(problem.position.column) + ": " +
                            problem.text + "; " + problem.hint);
  }
  return read;
}

TEST(DeclaredTypesTest, ReadsATypeForEachColumn) {
  const ScopedVariable variable("CARMILLA_TEST_TYPE", "double");
  const Read read = ReadTypes(
      "amount: decimal(38,9)\n"
      "\"at, once\": timestamp[ms, UTC]\n"
      "ratio: env:CARMILLA_TEST_TYPE\n");
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_THAT(read.types, ElementsAre("amount decimal(38,9)",
                                      "at, once timestamp[ms, UTC]", "ratio double"));
}

TEST(DeclaredTypesTest, ATypeThatYamlCutsAtItsCommaIsToldOnce) {
  const Read read = ReadTypes("{id: bigint, amount: decimal(38,9)}");
  EXPECT_THAT(read.types, ElementsAre("id bigint"));
  EXPECT_THAT(read.problems,
              ElementsAre("1:22: the type of column \"amount\" is cut at its comma: "
                          "\"decimal(38\"; put it in quotes, such as \"decimal(38,9)\""));
}

TEST(DeclaredTypesTest, SeveralCutTypesAreToldOnceEach) {
  const Read read = ReadTypes("{a: decimal(38,9), b: decimal(38, 9), c: decimal(12, 2)}");
  EXPECT_THAT(read.types, IsEmpty());
  EXPECT_THAT(read.problems, SizeIs(3));
}

TEST(DeclaredTypesTest, AColumnMayHaveTheNameOfARest) {
  EXPECT_THAT(ReadTypes("{9): text}").types, ElementsAre("9) text"));
  EXPECT_THAT(ReadTypes("{a: text, 9)}").problems,
              ElementsAre("1:11: the type of column \"9)\" must be one value; write a "
                          "type, such as bigint"));
}

TEST(DeclaredTypesTest, SaysWhichColumnHasNoType) {
  const ScopedVariable variable("CARMILLA_TEST_TYPE", "hidden");
  EXPECT_THAT(ReadTypes("{a: [text], b: bigin, c: env:CARMILLA_TEST_TYPE}").problems,
              ElementsAre("1:5: the type of column \"a\" must be one value; write a "
                          "type, such as bigint",
                          "1:16: the type of column \"b\": unknown type: \"bigin\"; did "
                          "you mean \"bigint\"?",
                          "1:26: the type of column \"c\": the value of "
                          "env:CARMILLA_TEST_TYPE is no type; "));
}

/// The types of types with what they become, and what is wrong with the rest.
Read ReadOfTypes(const std::string& yaml) {
  ReadingContext context;
  const YamlNodePointer map = ParseYaml(yaml, &context.problems);
  Read read;
  if (map != nullptr) {
    for (const auto& [key, declared] : ReadTypesOfTypes(*map, &context)) {
      read.types.push_back(key + " " + RenderDeclaredType(declared.type));
    }
  }
  for (const Problem& problem : context.problems.problems()) {
    read.problems.push_back(problem.text + "; " + problem.hint);
  }
  return read;
}

TEST(DeclaredTypesTest, ReadsWhatColumnsOfATypeBecome) {
  const Read read = ReadOfTypes(
      "{uuid: binary, char: trim, range: text, app.mood: text, numeric: "
      "\"decimal(38,9)\"}");
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_THAT(read.types,
              ElementsAre("app.mood text", "char(n) trim", "numeric decimal(38,9)",
                          "range text", "uuid binary"));
}

TEST(DeclaredTypesTest, RefusesTypesThatAreNone) {
  const Read read = ReadOfTypes(
      "{uuids: binary, time: binary, interval: strct, char: trim, char(n): trim}");
  EXPECT_THAT(read.types, ElementsAre("char(n) trim"));
  ASSERT_THAT(read.problems, SizeIs(4));
  EXPECT_EQ(read.problems[0],
            "types: no type of PostgreSQL: \"uuids\"; did you mean \"uuid\"?");
  EXPECT_EQ(read.problems[1],
            "types: time cannot be declared as binary; it can be time64 or text");
  EXPECT_THAT(read.problems[2], testing::HasSubstr("did you mean \"struct\"?"));
  EXPECT_THAT(read.problems[3], testing::HasSubstr("char(n) a second time"));
}

}  // namespace
}  // namespace carmilla
