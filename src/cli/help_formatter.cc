#include "cli/help_formatter.h"

#include "cli/command_table.h"
#include "cli/help_text.h"

namespace carmilla {

std::string HelpFormatter::make_help(const CLI::App* app, std::string /*name*/,
                                     CLI::AppFormatMode /*mode*/) const {
  const CLI::App* root = app;
  while (root->get_parent() != nullptr) root = root->get_parent();
  const CommandDescription program = DescribeCommand(*root);
  const auto render = is_long_ ? RenderLongHelp : RenderShortHelp;
  for (const CommandDescription& command : program.commands) {
    if (command.name == app->get_name()) return render(program, command);
  }
  return render(program, program);
}

}  // namespace carmilla
