#include "engine/process_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carmilla {
namespace {

using testing::ElementsAre;

TEST(ProcessEnvironmentTest, KeepsWhatIsKnownToHoldNoSecretAndWhatIsMeantForTasks) {
  const std::vector<std::string_view> variables = {
      "PATH=/bin",        "DATABASE_URL=postgres://u:p@h/d",
      "PGPASSWORD=p",     "AWS_SECRET_ACCESS_KEY=k",
      "AWS_PROFILE=data", "https_proxy=http://u:p@h",
      "TZ=UTC",           "LC_ALL=C.UTF-8",
      "TASK_KEY=own",     "CARMILLA_MASK_KEY=m",
      "PATHS=x",          "strange"};
  EXPECT_THAT(EnvironmentOfTask(variables),
              ElementsAre("PATH=/bin", "TZ=UTC", "LC_ALL=C.UTF-8", "TASK_KEY=own"));
}

}  // namespace
}  // namespace carmilla
