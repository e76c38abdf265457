#include "core/error_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/error.h"
#include "testing/generated_page.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;

TEST(ErrorPageTest, TheCommittedPageIsWhatTheTableSays) {
  ExpectCommittedPage("docs/errors.md", RenderErrorsPage());
}

TEST(ErrorPageTest, EveryKindAndEveryExitCodeHasASection) {
  const std::string page = RenderErrorsPage();
  for (const ErrorKindInfo& info : ErrorKinds()) {
    const std::string code = std::to_string(info.exit_code);
    EXPECT_THAT(page, HasSubstr("\n## " + std::string(info.name) + "\n"));
    EXPECT_THAT(page, HasSubstr("\n## Exit code " + code + "\n"));
    ASSERT_OK_AND_ASSIGN(const std::string by_code, RenderErrorTopic(code));
    EXPECT_THAT(by_code, HasSubstr(std::string(info.name)));
  }
}

TEST(ErrorPageTest, ATopicTellsWhatToDoInWholeLines) {
  for (const ErrorKindInfo& info : ErrorKinds()) {
    ASSERT_OK_AND_ASSIGN(const std::string text, RenderErrorTopic(info.name));
    EXPECT_THAT(text, HasSubstr("\n" + std::string(info.cure) + "\n"));
  }
}

TEST(ErrorPageTest, AnUnknownTopicSuggestsTheNearest) {
  EXPECT_EQ(HintOf(RenderErrorTopic("permision").status()),
            "did you mean \"permission\"?");
  EXPECT_THAT(RenderErrorTopic("frobnicate").status(), HasKind(ErrorKind::kUsage));
}

}  // namespace
}  // namespace carmilla
