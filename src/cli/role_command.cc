#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "operations/role_script.h"

namespace carmilla {
namespace {

class RoleCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app = parent.add_subcommand(
        "role", "Print the SQL of a role that may read the tables only");
    app->add_option("--name", name_, "Name of the role (default: carmilla_reader)")
        ->type_name("ROLE");
    app->footer(
        "carmilla role                  # SQL to read, then to run as an administrator\n"
        "carmilla role --name reader | psql \"$ADMIN_URL\"");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    ARROW_ASSIGN_OR_RAISE(const Configuration configuration, LoadConfiguration(global));
    ARROW_ASSIGN_OR_RAISE(const std::string script,
                          WriteRoleScript(configuration, name_, std::move(stop)));
    std::cout << script;
    return 0;
  }

 private:
  std::string name_ = "carmilla_reader";
};

}  // namespace

std::unique_ptr<Command> MakeRoleCommand() { return std::make_unique<RoleCommand>(); }

}  // namespace carmilla
