#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/doctor_printer.h"
#include "operations/doctor.h"

namespace carmilla {
namespace {

class DoctorCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app =
        parent.add_subcommand("doctor", "Name what would hinder a run, with its cure");
    app->add_flag("--aws", asks_aws_,
                  "Also try on AWS what a run does there; leaves a table, prints how to "
                  "remove it");
    app->add_flag("--json", is_json_, "Print every check with its result as JSON");
    app->footer(
        "carmilla doctor                # what would hinder a run, with its cure\n"
        "carmilla doctor --aws          # also write to the bucket, ask Glue and Athena\n"
        "carmilla doctor --json         # for machines");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    ARROW_ASSIGN_OR_RAISE(const DoctorReport report,
                          Diagnose({.config = global.config,
                                    .overrides = global.overrides,
                                    .requires_tables = global.requires_tables,
                                    .asks_aws = asks_aws_},
                                   stop));
    if (is_json_) {
      PrintDoctorJson(report, std::cout);
    } else {
      PrintDoctorReport(report, Terminal::OfOutput(), std::cout);
    }
    return report.ExitCode();
  }

 private:
  bool is_json_ = false;
  bool asks_aws_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeDoctorCommand() { return std::make_unique<DoctorCommand>(); }

}  // namespace carmilla
