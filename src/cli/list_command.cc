#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/terminal.h"
#include "cli/text_table.h"
#include "core/json.h"

namespace carmilla {
namespace {

std::string Joined(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : ", ") + word;
  return joined;
}

class ListCommand : public Command {
 public:
  explicit ListCommand(std::span<const Task> tasks) : tasks_(tasks) {}

  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app = parent.add_subcommand("list", "List the tasks of this program");
    app->add_flag("--json", is_json_, "Print a JSON line for each task");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& /*global*/,
                         std::stop_token /*stop*/) override {
    if (is_json_) {
      PrintJson();
    } else {
      PrintTable();
    }
    return 0;
  }

 private:
  void PrintTable() const {
    TextTable table({{.title = "task"},
                     {.title = "groups"},
                     {.title = "after"},
                     {.title = "schedule", .is_optional = true}});
    for (const Task& task : tasks_) {
      table.AddRow({task.name, Joined(task.groups), Joined(task.after), task.schedule});
    }
    table.Print(std::cout, "", Terminal::OfOutput());
  }

  void PrintJson() const {
    for (const Task& task : tasks_) {
      const Json line = {{"task", task.name},
                         {"groups", task.groups},
                         {"after", task.after},
                         {"schedule", task.schedule}};
      std::cout << line.dump() << '\n';
    }
  }

  const std::span<const Task> tasks_;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeListCommand(std::span<const Task> tasks) {
  return std::make_unique<ListCommand>(tasks);
}

}  // namespace carmilla
