#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/failure_printer.h"
#include "cli/word_wrap.h"
#include "core/error.h"
#include "core/quantity.h"
#include "operations/verify.h"

namespace carmilla {
namespace {

std::string OutcomeLine(const VerifyOutcome& outcome) {
  if (!outcome.status.ok()) {
    const bool is_damaged = KindOf(outcome.status) == ErrorKind::kCorruptData;
    return outcome.table + (is_damaged ? ": DAMAGED" : ": not verified");
  }
  return outcome.table + ": " + FormatCount(outcome.rows, "row") + " in " +
         FormatCount(outcome.files, "file") + ", as written by run " + outcome.run_id;
}

void Print(const VerifyOutcome& outcome, FailurePrinter* failures) {
  constexpr size_t kIndent = 2;
  const Terminal terminal = Terminal::OfOutput();
  const std::string line =
      WrapHanging(OutcomeLine(outcome), kIndent, TextWidth(terminal));
  const bool is_fine = outcome.status.ok();
  std::cout << (is_fine ? line : terminal.Paint(Shade::kRed, line)) << std::endl;
  if (!is_fine) failures->Print(outcome.table, outcome.status);
}

class VerifyCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app = parent.add_subcommand(
        "verify", "Prove that every stored value is as it was written");
    app->add_option("tables", options_.tables, "Tables of the lake (default: all)")
        ->type_name("TABLE");
    app->add_option("--lake", lake_,
                    "Directory or s3:// of the lake (default: the configuration's)")
        ->type_name("DIR");
    app->add_option("--run", options_.run_id, "An older version, by its run id")
        ->type_name("RUN");
    app->footer(
        "carmilla verify                # every stored value of every table\n"
        "carmilla verify orders         # of one table");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    ARROW_ASSIGN_OR_RAISE(options_.lake, FindLake(lake_, global));
    const Terminal terminal = Terminal::OfError();
    FailurePrinter failures(std::cerr, terminal);
    ARROW_ASSIGN_OR_RAISE(
        const auto outcomes,
        VerifyTables(
            options_, [&](const auto& outcome) { Print(outcome, &failures); }, stop));
    for (const VerifyOutcome& outcome : outcomes) {
      if (!outcome.status.ok()) return ExitCodeOf(outcome.status);
    }
    return 0;
  }

 private:
  VerifyOptions options_;
  std::string lake_;
};

}  // namespace

std::unique_ptr<Command> MakeVerifyCommand() { return std::make_unique<VerifyCommand>(); }

}  // namespace carmilla
