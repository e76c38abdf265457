#include "types/json_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;

TEST(JsonPathTest, ReadsMembersQuotedKeysAndElements) {
  const std::pair<std::string, JsonPath> paths[] = {
      {"$", {}},
      {"$.a", {{"a"}}},
      {"$.campaign.id", {{"campaign"}, {"id"}}},
      {"$.\"Meta:schema\"", {{"Meta:schema"}}},
      {"$.\"\"", {{""}}},
      {R"($."a\"b\\c".d)", {{"a\"b\\c"}, {"d"}}},
      {"$.score[0]", {{"score"}, {"", 0}}},
      {"$[12][3].x-y_1", {{"", 12}, {"", 3}, {"x-y_1"}}},
      {"$.größe", {{"größe"}}},
  };
  for (const auto& [text, steps] : paths) {
    SCOPED_TRACE(text);
    ASSERT_OK_AND_ASSIGN(const JsonPath path, ParseJsonPath(text));
    EXPECT_EQ(path, steps);
    EXPECT_EQ(RenderJsonPath(path), text);
  }
}

TEST(JsonPathTest, RefusesWhatIsNoPathWithItsPlace) {
  const std::pair<std::string, std::string> mistakes[] = {
      {"", "character 1: a path begins with $"},
      {"campaign.id", "character 1: a path begins with $"},
      {"$campaign", "character 2: a step begins with . or ["},
      {"$.", "character 3: a key is missing"},
      {"$..a", "character 3: a key is missing"},
      {"$.Meta:schema", "character 7: a step begins with . or ["},
      {"$.\"a", "character 5: the quotes are not closed"},
      {"$.\"a\\", "character 6: the quotes are not closed"},
      {"$.a[", "an element is a number between brackets"},
      {"$.a[-1]", "an element is a number between brackets"},
      {"$.a[*]", "an element is a number between brackets"},
      {"$.a['b']", "an element is a number between brackets"},
      {"$.a[1", "an element is a number between brackets"},
      {"$.a[1234567890]", "an element is a number between brackets"},
      {"$.a ", "character 4: a step begins with . or ["},
  };
  for (const auto& [text, problem] : mistakes) {
    SCOPED_TRACE(text);
    const arrow::Status status = ParseJsonPath(text).status();
    EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration));
    EXPECT_THAT(status.message(), HasSubstr(problem));
  }
}

TEST(JsonPathTest, HasAnEnd) {
  std::string text = "$";
  for (size_t i = 0; i < kMostJsonSteps; ++i) text += ".a";
  EXPECT_OK(ParseJsonPath(text));
  EXPECT_FALSE(ParseJsonPath(text + ".a").ok());
}

/// Whatever the bytes, a path is refused or renders to one that reads the same.
TEST(JsonPathTest, SurvivesMutations) {
  const std::vector<std::string> seeds = {"$.campaign.id", "$.\"Meta:schema\"[0].x",
                                          R"($."a\"b\\c"[1][2])"};
  constexpr std::string_view kSigns = "$.\"\\[]0129a-_ :\xC3\xBC\n";
  std::mt19937 random(42);
  int num_read = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = seeds[random() % seeds.size()];
    for (int i = 0; i < 3; ++i) {
      const size_t at = random() % (text.size() + 1);
      const char sign = kSigns[random() % kSigns.size()];
      if (random() % 3 == 0 && at < text.size()) {
        text.erase(at, 1);
      } else {
        text.insert(at, 1, sign);
      }
    }
    const auto path = ParseJsonPath(text);
    if (!path.ok()) continue;
    ++num_read;
    ASSERT_OK_AND_ASSIGN(const JsonPath again, ParseJsonPath(RenderJsonPath(*path)));
    ASSERT_EQ(again, *path) << text;
  }
  EXPECT_GT(num_read, 1'000);
}

}  // namespace
}  // namespace carmilla
