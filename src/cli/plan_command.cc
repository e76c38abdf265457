#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/plan_printer.h"
#include "core/error.h"
#include "engine/run_plan_json.h"
#include "operations/run.h"

namespace carmilla {
namespace {

class PlanCommand : public Command {
 public:
  explicit PlanCommand(std::span<const Task> tasks) : tasks_(tasks) {}

  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app =
        parent.add_subcommand("plan", "Show what a run would do; reads the catalog only");
    app->add_option("tables", options_.tables, "Tables by name (default: all configured)")
        ->type_name("TABLE");
    app->add_flag("--columns", shows_columns_,
                  "Tell what each column becomes, however many there are");
    app->add_flag("--json", is_json_, "Print the whole plan as JSON");
    app->footer(
        "carmilla plan                  # every configured table\n"
        "carmilla plan orders --columns # one of them, column by column");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    ARROW_ASSIGN_OR_RAISE(const Configuration configuration, LoadConfiguration(global));
    ARROW_ASSIGN_OR_RAISE(const RunPlan plan,
                          PlanTables(configuration, options_, stop, tasks_));
    if (is_json_) {
      std::cout << SerializeRunPlan(plan);
    } else {
      const bool shows_columns = shows_columns_ || !options_.tables.empty();
      PrintPlan(plan,
                {.lake_path = configuration.lake.path, .shows_columns = shows_columns},
                Terminal::OfOutput(), std::cout);
    }
    if (plan.refused.empty() && !is_json_ && Terminal::OfOutput().is_interactive()) {
      std::cerr << "\nnext: carmilla run\n";
    }
    for (const RefusedTable& refused : plan.refused) return ExitCodeOf(refused.reason);
    return 0;
  }

 private:
  const std::span<const Task> tasks_;
  RunOptions options_;
  bool shows_columns_ = false;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> MakePlanCommand(std::span<const Task> tasks) {
  return std::make_unique<PlanCommand>(tasks);
}

}  // namespace carmilla
