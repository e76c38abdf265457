#include "engine/task_selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A task that nobody runs.
Task TaskNamed(std::string name, std::vector<std::string> after = {},
               std::vector<std::string> groups = {}) {
  return {
      .name = std::move(name), .groups = std::move(groups), .after = std::move(after)};
}

Configuration WithTables(const std::vector<std::string>& names) {
  Configuration configuration;
  for (const std::string& name : names) {
    configuration.tables.push_back({.schema = "public", .name = name});
  }
  return configuration;
}

std::vector<std::string> NamesOf(const std::vector<Task>& tasks) {
  std::vector<std::string> names;
  for (const Task& task : tasks) names.push_back(task.name);
  return names;
}

std::vector<std::string> Chosen(const std::vector<Task>& tasks,
                                const std::vector<std::string>& names) {
  const auto selection = SelectTasks(WithTables({"orders"}), tasks, names);
  EXPECT_OK(selection.status());
  return selection.ok() ? NamesOf(selection->tasks) : std::vector<std::string>{};
}

TEST(TaskSelectionTest, PutsTasksBehindThoseThatTheyWaitFor) {
  const std::vector<Task> tasks = {TaskNamed("report", {"totals", "users"}),
                                   TaskNamed("totals", {"users"}), TaskNamed("users"),
                                   TaskNamed("rates")};
  EXPECT_THAT(Chosen(tasks, {}), ElementsAre("users", "totals", "report", "rates"));
}

TEST(TaskSelectionTest, ChoosesTasksAndGroupsByName) {
  const std::vector<Task> tasks = {TaskNamed("totals", {}, {"daily"}),
                                   TaskNamed("users", {}, {"daily", "people"}),
                                   TaskNamed("rates")};
  EXPECT_THAT(Chosen(tasks, {"daily"}), ElementsAre("totals", "users"));
  EXPECT_THAT(Chosen(tasks, {"people", "rates"}), ElementsAre("users", "rates"));
  EXPECT_THAT(Chosen(tasks, {"all"}), ElementsAre("totals", "users", "rates"));
}

TEST(TaskSelectionTest, ReadsTablesOnlyWhereSomebodyAskedForThem) {
  const std::vector<Task> tasks = {TaskNamed("totals")};
  const Configuration configuration = WithTables({"orders"});
  const std::vector<std::string> task = {"totals"};
  const std::vector<std::string> both = {"totals", "orders"};
  ASSERT_OK_AND_ASSIGN(auto selection, SelectTasks(configuration, tasks, task));
  EXPECT_FALSE(selection.reads_tables);
  ASSERT_OK_AND_ASSIGN(selection, SelectTasks(configuration, tasks, both));
  EXPECT_TRUE(selection.reads_tables);
  EXPECT_THAT(selection.tables, ElementsAre("orders"));
  ASSERT_OK_AND_ASSIGN(selection, SelectTasks(configuration, tasks, {}));
  EXPECT_TRUE(selection.reads_tables);
  EXPECT_THAT(selection.tables, IsEmpty());
  ASSERT_OK_AND_ASSIGN(selection, SelectTasks({}, tasks, {}));
  EXPECT_FALSE(selection.reads_tables);
}

TEST(TaskSelectionTest, SuggestsTheNearestNameWhereNoTableCanBeMeant) {
  const std::vector<Task> tasks = {TaskNamed("totals", {}, {"daily"})};
  const std::vector<std::string> names = {"dayly"};
  const auto selection = SelectTasks({}, tasks, names);
  EXPECT_THAT(selection, HasKind(ErrorKind::kUsage));
  EXPECT_THAT(selection, StatusHintHas("daily"));
}

TEST(TaskSelectionTest, RefusesNamesThatMeanTwoThings) {
  const Configuration configuration = WithTables({"orders"});
  const struct {
    std::vector<Task> tasks;
    const char* message;
  } cases[] = {
      {{TaskNamed("a"), TaskNamed("a")}, "two tasks have one name: a"},
      {{TaskNamed("a"), TaskNamed("b", {}, {"a"})},
       "a task and a group have one name: a"},
      {{TaskNamed("orders")}, "a task has the name of a configured table: orders"},
      {{TaskNamed("a", {}, {"orders"})}, "a group of tasks has the name of a configured"},
      {{TaskNamed("all")}, "means everything: all"},
      {{TaskNamed("")}, "a task has no name"},
  };
  for (const auto& test : cases) {
    const arrow::Status status = CheckTasks(configuration, test.tasks);
    EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration)) << test.message;
    EXPECT_THAT(status, StatusMessageHas(test.message));
  }
}

TEST(TaskSelectionTest, RefusesTasksThatWaitForEachOther) {
  const std::vector<Task> tasks = {TaskNamed("start"), TaskNamed("a", {"start", "b"}),
                                   TaskNamed("b", {"c"}), TaskNamed("c", {"a"})};
  const arrow::Status status = CheckTasks({}, tasks);
  EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(status, StatusMessageHas("wait for each other: a after b after c after a"));
}

TEST(TaskSelectionTest, SuggestsTheTaskThatAfterMeant) {
  const std::vector<Task> tasks = {TaskNamed("totals"), TaskNamed("report", {"total"})};
  const arrow::Status status = CheckTasks({}, tasks);
  EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(status, StatusMessageHas("task report is to run after an unknown task"));
  EXPECT_THAT(status, StatusHintHas("totals"));
}

}  // namespace
}  // namespace carmilla
