#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/flag_value.h"
#include "cli/models_printer.h"
#include "operations/models.h"

namespace carmilla {
namespace {

enum class Action : uint8_t { kRun, kTest, kCheck, kList };
/// In the order of the enumeration.
constexpr std::array<std::string_view, 4> kActionNames = {"run", "test", "check", "list"};

class ModelsCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app =
        parent.add_subcommand("models", "Make tables and views by SQL; test them");
    app->add_option("action", action_,
                    "What to do with the models of the configuration's folder")
        ->type_name("run|test|check|list")
        ->required();
    app->add_option("--select", request_.select,
                    "Only these models; +NAME also what it needs")
        ->type_name("NAME,...")
        ->delimiter(',')
        ->allow_extra_args(false);
    app->add_option("--on", on_, "Engine: embedded or athena (default: models.engine)")
        ->type_name("ENGINE");
    app->add_flag("--json", is_json_, "Print one JSON object per model or test");
    app->footer(
        "carmilla models run            # views and tables, each behind what it needs\n"
        "carmilla models run --select +revenue --on athena\n"
        "carmilla models test           # what stands below `tests:` beside them\n"
        "carmilla models check          # can each engine run them? reads no row\n"
        "carmilla models list --json    # for machines");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    ARROW_ASSIGN_OR_RAISE(const Action action,
                          ParseChoice<Action>("models", action_, kActionNames));
    if (!on_.empty()) {
      ARROW_ASSIGN_OR_RAISE(request_.on,
                            ParseChoice<QueryOn>("--on", on_, kQueryOnNames));
    }
    ARROW_ASSIGN_OR_RAISE(request_.configuration, LoadLakeConfiguration(global));
    ModelsPrinter printer(is_json_);
    switch (action) {
      case Action::kRun: {
        ARROW_ASSIGN_OR_RAISE(
            const RunReport report,
            RunModels(
                request_,
                [&](const ModelOutcome& one) { printer.PrintOutcome(one, "ready"); },
                stop));
        return printer.Finish("model", "done", report.catalog_status);
      }
      case Action::kTest:
        ARROW_RETURN_NOT_OK(TestModels(
            request_, [&](const ModelTestOutcome& one) { printer.PrintTest(one); },
            stop));
        return printer.Finish("test", "hold");
      case Action::kCheck:
        ARROW_RETURN_NOT_OK(CheckModels(
            request_,
            [&](const ModelOutcome& one) { printer.PrintOutcome(one, "can run"); },
            stop));
        return printer.Finish("check", "passed");
      case Action::kList:
        break;
    }
    ARROW_ASSIGN_OR_RAISE(const auto models, ListModels(request_));
    printer.PrintSummaries(models);
    return printer.Finish("model", "");
  }

 private:
  ModelsRequest request_;
  std::string action_;
  std::string on_;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeModelsCommand() { return std::make_unique<ModelsCommand>(); }

}  // namespace carmilla
