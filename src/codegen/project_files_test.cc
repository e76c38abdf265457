#include "codegen/project_files.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codegen/model_fixture.h"
#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using testing::HasSubstr;
using testing::Not;

class ProjectFilesTest : public testing::Test {
 protected:
  ProjectFilesTest()
      : model_(WriteModelHeader(Orders(),
                                {.relation = "sales.orders", .columns = {}, .name = ""})
                   .ValueOrDie()),
        files_(WriteProjectFiles("my-shop", model_, "orders_report", {})) {}

  std::string TextOf(const std::string& path) const {
    const auto found = std::ranges::find(files_, path, &ProjectFile::path);
    return found == files_.end() ? "" : found->text;
  }

  const ModelHeader model_;
  const std::vector<ProjectFile> files_;
};

TEST_F(ProjectFilesTest, EachFileIsThereOnceAndEndsItsLastLine) {
  std::set<std::string> paths;
  for (const ProjectFile& file : files_) {
    EXPECT_TRUE(paths.insert(file.path).second) << file.path;
    EXPECT_TRUE(file.text.ends_with('\n')) << file.path;
    EXPECT_FALSE(file.text.ends_with("\n\n")) << file.path;
  }
  EXPECT_EQ(TextOf("models/orders.h"), model_.text);
  EXPECT_THAT(TextOf("tasks/orders.cc"), HasSubstr("orders_report"));
  EXPECT_THAT(TextOf("tests/orders_test.cc"), HasSubstr("orders_report"));
}

TEST_F(ProjectFilesTest, NoPlaceIsLeftUnfilled) {
  for (const ProjectFile& file : files_) {
    EXPECT_THAT(file.text, Not(HasSubstr("@NAME@"))) << file.path;
    EXPECT_THAT(file.text, Not(HasSubstr("@TABLE@"))) << file.path;
  }
  EXPECT_THAT(TextOf("CMakeLists.txt"), HasSubstr("add_executable(my-shop main.cc)"));
  EXPECT_THAT(TextOf(".github/workflows/ci.yml"), HasSubstr("uses: actions/checkout@v4"));
}

TEST_F(ProjectFilesTest, TheImageTakesNothingThatIsNotOfTheSources) {
  const std::string ignored = TextOf(".dockerignore");
  for (const char* name : {"build", "lake", ".git", ".env", "database_url"}) {
    EXPECT_THAT("\n" + ignored, HasSubstr("\n" + std::string(name) + "\n"));
  }
}

TEST_F(ProjectFilesTest, TheyAreForTheDatabaseAndTheLakeOfTheConfiguration) {
  const std::vector<ProjectFile> files = WriteProjectFiles(
      "my-shop", model_, "orders_report",
      {.connection = "env:SHOP_URL", .ca_file = "", .lake = "s3://bucket/lake"});
  for (const ProjectFile& file : files) {
    EXPECT_THAT(file.text, Not(HasSubstr("DATABASE_URL"))) << file.path;
    EXPECT_THAT(file.text, Not(HasSubstr("my-shop/lake"))) << file.path;
    EXPECT_FALSE(file.text.ends_with("\n\n")) << file.path;
  }
  const auto text_of = [&](const std::string& path) {
    return std::ranges::find(files, path, &ProjectFile::path)->text;
  };
  EXPECT_THAT(text_of("Dockerfile"), HasSubstr("--env SHOP_URL "));
  const std::string workflow = text_of(".github/workflows/ci.yml");
  EXPECT_THAT(workflow, HasSubstr("SHOP_URL: ${{ secrets.SHOP_URL }}"));
  EXPECT_THAT(workflow, HasSubstr("if: env.SHOP_URL != ''"));
  EXPECT_THAT(text_of(".gitignore"), Not(HasSubstr("lake")));
  EXPECT_THAT(text_of(".dockerignore"), Not(HasSubstr("lake")));
  EXPECT_THAT(TextOf("Dockerfile"), HasSubstr("--owner=carmilla /srv/my-shop/lake\n"));
}

TEST(ProjectNameTest, WordsOfLowerCaseLettersAndDigitsAreNames) {
  for (const char* name : {"shop", "s", "my-shop", "my_shop_2", "x1"}) {
    EXPECT_THAT(CheckProjectName(name), IsOk()) << name;
  }
}

TEST(ProjectNameTest, WhatCannotNameATargetOrAnImageIsRefused) {
  for (const std::string name :
       {"", "Shop", "1shop", "-shop", "shop-", "my--shop", "my shop", "../shop", ".",
        "shop/x", "sh\xc3\xb6p", "test", "all", "carmilla", "rebuild_cache"}) {
    EXPECT_THAT(CheckProjectName(name), HasKind(ErrorKind::kUsage)) << name;
  }
  EXPECT_THAT(CheckProjectName(std::string(64, 'a')), HasKind(ErrorKind::kUsage));
}

}  // namespace
}  // namespace carmilla
