#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/command_table.h"
#include "plan/configuration_reader.h"
#include "types/type_page.h"

namespace carmilla {
namespace {

/// Prints a text that needs nothing but the program itself.
class ReferenceCommand : public Command {
 public:
  ReferenceCommand(std::string name, std::string description, std::string examples,
                   std::string (*render)())
      : name_(std::move(name)),
        description_(std::move(description)),
        examples_(std::move(examples)),
        render_(render) {}

  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app = parent.add_subcommand(name_, description_);
    app->group(kReferenceGroup);
    app->footer(examples_);
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& /*global*/,
                         std::stop_token /*stop*/) override {
    std::cout << render_();
    return 0;
  }

 private:
  std::string name_;
  std::string description_;
  std::string examples_;
  std::string (*render_)();
};

}  // namespace

std::unique_ptr<Command> MakeTypesCommand() {
  return std::make_unique<ReferenceCommand>(
      "types", "Print how every PostgreSQL type is stored",
      "carmilla types                 # the whole table\n"
      "carmilla types | grep numeric  # one type",
      DescribeTypes);
}

std::unique_ptr<Command> MakeSchemaCommand() {
  return std::make_unique<ReferenceCommand>(
      "schema", "Print the JSON Schema of carmilla.yaml",
      "carmilla schema > carmilla.schema.json\n"
      "head -1 carmilla.yaml          # where an editor is told of it",
      ConfigurationSchema);
}

}  // namespace carmilla
