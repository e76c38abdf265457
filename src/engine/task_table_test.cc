#include "engine/task_table.h"

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

TaskTable Numbers() {
  return {.name = "numbers",
          .schema = arrow::schema({arrow::field("number", arrow::int64())})};
}

TEST(TaskTableTest, IsWrittenAsDefaultsSayUnlessTheTaskSaysOtherwise) {
  const TableDefaults defaults{.compression = Compression::kGzip,
                               .proof = Proof::kFull,
                               .layout = Layout::kStable};
  TaskTable table = Numbers();
  ASSERT_OK_AND_ASSIGN(TablePlan plan, PlanTaskTable("count", table, {}, defaults));
  EXPECT_EQ(plan.compression, Compression::kGzip);
  EXPECT_EQ(plan.proof, Proof::kFull);
  EXPECT_EQ(plan.layout, Layout::kStable);
  EXPECT_TRUE(plan.is_single_file);
  table.compression = Compression::kNone;
  ASSERT_OK_AND_ASSIGN(plan, PlanTaskTable("count", table, {}, defaults));
  EXPECT_EQ(plan.compression, Compression::kNone);
}

TEST(TaskTableTest, RefusesNamesThatNoTableOfTheLakeCanHave) {
  for (const char* name : {"all", "a/b", "_hidden", ""}) {
    TaskTable table = Numbers();
    table.name = name;
    EXPECT_THAT(PlanTaskTable("count", table, {}, {}), HasKind(ErrorKind::kConfiguration))
        << name;
  }
}

}  // namespace
}  // namespace carmilla
