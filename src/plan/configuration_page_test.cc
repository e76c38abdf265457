#include "plan/configuration_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "plan/configuration_fixture.h"
#include "plan/configuration_keys.h"
#include "testing/generated_page.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(ConfigurationPageTest, TheCommittedPageIsUpToDate) {
  ExpectCommittedPage("docs/configuration.md", RenderConfigurationPage());
}

TEST(ConfigurationPageTest, TheExampleIsValidAndShowsEveryKey) {
  const std::string path = CARMILLA_SOURCE_DIR "/examples/carmilla.yaml";
  const ScopedVariable url("DATABASE_URL", "postgresql://reader:pw@localhost/app");
  const auto read = ReadConfiguration(path, {});
  ASSERT_OK(read);
  EXPECT_EQ(read->tables.size(), 4U);
  std::ifstream input(path);
  const std::string text{std::istreambuf_iterator<char>(input), {}};
  for (const ConfigurationKey& key : ConfigurationKeys()) {
    if (key.form == ValueForm::kLater) continue;
    EXPECT_THAT(text, testing::HasSubstr(std::string(key.name) + ":"));
  }
}

TEST(ConfigurationPageTest, TheConfigurationOfTheDemoIsValid) {
  const ScopedVariable url("DATABASE_URL", "host=localhost dbname=flights");
  EXPECT_OK(ReadConfiguration(CARMILLA_SOURCE_DIR "/examples/flights/carmilla.yaml", {}));
}

}  // namespace
}  // namespace carmilla
