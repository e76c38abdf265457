#include "engine/task_selection.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/suggest.h"
#include "lake/lake.h"

namespace carmilla {
namespace {

arrow::Status Refuse(const std::string& problem, std::string hint = "") {
  return MakeError(ErrorKind::kConfiguration, "reading the tasks: " + problem,
                   std::move(hint));
}

const Task* FindTask(std::span<const Task> tasks, const std::string& name) {
  const auto found = std::ranges::find(tasks, name, &Task::name);
  return found == tasks.end() ? nullptr : &*found;
}

std::vector<std::string> NamesOf(std::span<const Task> tasks) {
  std::vector<std::string> names;
  for (const Task& task : tasks) names.push_back(task.name);
  return names;
}

std::set<std::string> GroupsOf(std::span<const Task> tasks) {
  std::set<std::string> groups;
  for (const Task& task : tasks) groups.insert(task.groups.begin(), task.groups.end());
  return groups;
}

/// The one name of a table that is configured by its own name.
std::string NameOf(const TableConfiguration& table) {
  return table.as.empty() ? Lake::EscapeTableName(table.name) : table.as;
}

arrow::Status CheckName(const Configuration& configuration, const std::string& what,
                        const std::string& name) {
  if (name.empty()) return Refuse("a " + what + " has no name", "give it one: `.name`");
  if (name == kAllName) {
    return Refuse("a " + what + " has the name that means everything: all",
                  "give it another one");
  }
  for (const TableConfiguration& table : configuration.tables) {
    if (table.is_pattern || NameOf(table) != name) continue;
    return Refuse("a " + what + " has the name of a configured table: " + name,
                  "rename it, or give the table another name with `as:`");
  }
  return arrow::Status::OK();
}

arrow::Status CheckNames(const Configuration& configuration,
                         std::span<const Task> tasks) {
  std::set<std::string> names;
  for (const Task& task : tasks) {
    ARROW_RETURN_NOT_OK(CheckName(configuration, "task", task.name));
    if (!names.insert(task.name).second) {
      return Refuse("two tasks have one name: " + task.name, "rename one of them");
    }
  }
  for (const std::string& group : GroupsOf(tasks)) {
    if (group == kAllName) continue;  // Every task belongs to it.
    ARROW_RETURN_NOT_OK(CheckName(configuration, "group of tasks", group));
    if (names.contains(group)) {
      return Refuse("a task and a group have one name: " + group, "rename one of them");
    }
  }
  return arrow::Status::OK();
}

/// Puts every task behind those that it waits for, else in the order they are declared.
class Order {
 public:
  explicit Order(std::span<const Task> tasks) : tasks_(tasks) {}

  arrow::Result<std::vector<const Task*>> Find() {
    for (const Task& task : tasks_) ARROW_RETURN_NOT_OK(Visit(task));
    return std::move(ordered_);
  }

 private:
  arrow::Status Visit(const Task& task) {
    if (std::ranges::find(ordered_, &task) != ordered_.end()) return arrow::Status::OK();
    const auto begun = std::ranges::find(path_, &task);
    if (begun != path_.end()) return RefuseCycle({begun, path_.end()});
    path_.push_back(&task);
    for (const std::string& name : task.after) {
      const Task* const before = FindTask(tasks_, name);
      if (before == nullptr) {
        const std::string nearest = DidYouMean(name, NamesOf(tasks_));
        return Refuse("task " + task.name + " is to run after an unknown task: " + name,
                      nearest.empty() ? "remove it from `.after`" : nearest);
      }
      ARROW_RETURN_NOT_OK(Visit(*before));
    }
    path_.pop_back();
    ordered_.push_back(&task);
    return arrow::Status::OK();
  }

  static arrow::Status RefuseCycle(const std::vector<const Task*>& cycle) {
    std::string names;
    for (const Task* task : cycle) names += task->name + " after ";
    // `a after b after a`: each waits for the next.
    return Refuse("tasks wait for each other: " + names + cycle.front()->name,
                  "remove one of them from `.after` of another");
  }

  const std::span<const Task> tasks_;
  std::vector<const Task*> path_;
  std::vector<const Task*> ordered_;
};

/// What the names mean, before anything is put in order.
struct Meaning {
  std::vector<std::string> tables;
  std::set<std::string> tasks;
  bool is_all = false;
};

Meaning MeaningOf(std::span<const Task> tasks, std::span<const std::string> names) {
  Meaning meaning{.is_all = names.empty()};
  for (const std::string& name : names) {
    bool is_task = name == kAllName && !tasks.empty();
    meaning.is_all = meaning.is_all || is_task;
    for (const Task& task : tasks) {
      if (task.name != name &&
          std::ranges::find(task.groups, name) == task.groups.end()) {
        continue;
      }
      meaning.tasks.insert(task.name);
      is_task = true;
    }
    if (!is_task) meaning.tables.push_back(name);
  }
  return meaning;
}

}  // namespace

arrow::Status CheckTasks(const Configuration& configuration,
                         std::span<const Task> tasks) {
  ARROW_RETURN_NOT_OK(CheckNames(configuration, tasks));
  return Order(tasks).Find().status();
}

arrow::Result<TaskSelection> SelectTasks(const Configuration& configuration,
                                         std::span<const Task> tasks,
                                         std::span<const std::string> names) {
  ARROW_RETURN_NOT_OK(CheckNames(configuration, tasks));
  ARROW_ASSIGN_OR_RAISE(const auto ordered, Order(tasks).Find());
  const Meaning meaning = MeaningOf(tasks, names);
  TaskSelection selection{.task_names = NamesOf(tasks)};
  std::ranges::copy(GroupsOf(tasks), std::back_inserter(selection.task_names));
  if (!meaning.tables.empty() && configuration.tables.empty()) {
    const std::string nearest = DidYouMean(meaning.tables.front(), selection.task_names);
    return MakeError(ErrorKind::kUsage,
                     "choosing what to run: neither a task nor a group of tasks: " +
                         meaning.tables.front(),
                     nearest.empty() ? "`all` runs everything" : nearest);
  }
  if (!meaning.is_all) selection.tables = meaning.tables;
  selection.reads_tables =
      !configuration.tables.empty() && (meaning.is_all || !meaning.tables.empty());
  for (const Task* task : ordered) {
    if (meaning.is_all || meaning.tasks.contains(task->name)) {
      selection.tasks.push_back(*task);
    }
  }
  return selection;
}

}  // namespace carmilla
