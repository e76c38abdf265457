#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/word_wrap.h"
#include "core/quantity.h"
#include "operations/add_file.h"

namespace carmilla {
namespace {

constexpr size_t kIndent = 2;

class AddCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app =
        parent.add_subcommand("add", "Put a Parquet file into a partition of a table");
    app->add_option("file", options_.file, "Path, or s3:// URL")
        ->type_name("FILE")
        ->required();
    app->add_option("--to", options_.table, "The table; one that is new is made")
        ->type_name("TABLE")
        ->required();
    app->add_option("--partition", options_.partition,
                    "Partition column and day, such as dt=2024-05-01")
        ->type_name("COLUMN=DAY")
        ->required();
    app->add_flag("--replace", options_.replaces,
                  "In place of the rows that the partition has");
    app->add_option("--lake", lake_,
                    "Directory or s3:// of the lake (default: the configuration's)")
        ->type_name("DIR");
    app->footer(
        "carmilla add clicks.parquet --to clicks --partition dt=2024-05-01\n"
        "carmilla add s3://drop/a.parquet --to clicks --partition dt=2024-05-02");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    ARROW_ASSIGN_OR_RAISE(options_.lake, FindLake(lake_, global));
    if (lake_.empty()) {
      ARROW_ASSIGN_OR_RAISE(const Configuration configuration,
                            LoadLakeConfiguration(global));
      options_.models = configuration.models;
    }
    ARROW_ASSIGN_OR_RAISE(const AddOutcome outcome, AddFile(options_, stop));
    std::cout << WrapHanging(OutcomeLine(outcome), kIndent,
                             TextWidth(Terminal::OfOutput()))
              << std::endl;
    if (!outcome.relation.empty() && !outcome.was_there) {
      std::cerr << WrapHanging("carmilla: the next run reads " + options_.table +
                                   " from " + outcome.relation +
                                   " again, without this file",
                               kIndent, TextWidth(Terminal::OfError()))
                << '\n';
    }
    return 0;
  }

 private:
  std::string OutcomeLine(const AddOutcome& outcome) const {
    const std::string place = options_.table + " " + options_.partition + ": ";
    if (outcome.was_there) return place + "these rows are there already; nothing to do";
    return place + FormatCount(outcome.rows, "row") + ", " + FormatBytes(outcome.bytes) +
           (outcome.is_new_table ? ", a new table" : "");
  }

  AddOptions options_;
  std::string lake_;
};

}  // namespace

std::unique_ptr<Command> MakeAddCommand() { return std::make_unique<AddCommand>(); }

}  // namespace carmilla
