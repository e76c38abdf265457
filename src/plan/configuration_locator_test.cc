#include "plan/configuration_locator.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "plan/configuration_fixture.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

class ConfigurationLocatorTest : public testing::Test {
 protected:
  void SetUp() override {
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_.path());
  }
  void TearDown() override { std::filesystem::current_path(before_); }

  TemporaryFolder folder_;
  std::filesystem::path before_;
};

TEST_F(ConfigurationLocatorTest, TheFlagWinsOverTheVariableOverTheFolder) {
  folder_.Write("carmilla.yaml", "");
  EXPECT_THAT(FindConfiguration(std::nullopt), IsOkAndHolds("carmilla.yaml"));
  const ScopedVariable variable("CARMILLA_CONFIG", folder_.Write("other.yaml", ""));
  EXPECT_THAT(FindConfiguration(std::nullopt),
              IsOkAndHolds(folder_.path() + "/other.yaml"));
  const std::string flag = folder_.Write("third.yaml", "");
  EXPECT_THAT(FindConfiguration(flag), IsOkAndHolds(flag));
}

TEST_F(ConfigurationLocatorTest, AnEmptyVariableIsNone) {
  folder_.Write("carmilla.yaml", "");
  const ScopedVariable variable("CARMILLA_CONFIG", "");
  EXPECT_THAT(FindConfiguration(std::nullopt), IsOkAndHolds("carmilla.yaml"));
}

TEST_F(ConfigurationLocatorTest, AMissingFileIsNamed) {
  EXPECT_THAT(FindConfiguration("a.yaml"),
              StatusMessageHas("--config names no file: a.yaml"));
  EXPECT_THAT(FindConfiguration(std::nullopt), StatusHintHas("carmilla extract"));
  EXPECT_THAT(FindConfiguration(std::nullopt), HasKind(ErrorKind::kConfiguration));
  const ScopedVariable variable("CARMILLA_CONFIG", "b.yaml");
  EXPECT_THAT(FindConfiguration(std::nullopt),
              StatusMessageHas("CARMILLA_CONFIG names no file: b.yaml"));
}

}  // namespace
}  // namespace carmilla
