#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/plan_printer.h"
#include "core/error.h"
#include "operations/run.h"

namespace carmilla {
namespace {

class PlanCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app =
        parent.add_subcommand("plan", "Show what a run would do; reads the catalog only");
    app->add_option("tables", options_.tables, "Tables by name (default: all configured)")
        ->type_name("TABLE");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    ARROW_ASSIGN_OR_RAISE(const Configuration configuration, LoadConfiguration(global));
    ARROW_ASSIGN_OR_RAISE(const RunPlan plan, PlanTables(configuration, options_, stop));
    PrintPlan(plan, std::cout);
    for (const RefusedTable& refused : plan.refused) return ExitCodeOf(refused.reason);
    return 0;
  }

 private:
  RunOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakePlanCommand() { return std::make_unique<PlanCommand>(); }

}  // namespace carmilla
