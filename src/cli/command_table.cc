#include "cli/command_table.h"

#include <CLI/CLI.hpp>

namespace carmilla {
namespace {

FlagDescription DescribeFlag(const CLI::Option& option) {
  FlagDescription flag{.description = option.get_description(),
                       .is_required = option.get_required(),
                       .is_repeatable = option.get_expected_max() > 1};
  if (!option.get_positional()) {
    for (const std::string& name : option.get_snames()) flag.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) flag.names.push_back("--" + name);
  }
  if (option.get_type_size() != 0) flag.value = option.get_type_name();
  return flag;
}

}  // namespace

std::string FlagDescription::Text() const {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  if (!value.empty()) text += (text.empty() ? "" : " ") + value;
  return names.empty() && is_repeatable ? text + " ..." : text;
}

std::vector<std::string> FlagDescription::Choices() const {
  if (value.find('|') == std::string::npos) return {};
  return CLI::detail::split(value, '|');
}

CommandDescription DescribeCommand(const CLI::App& app) {
  CommandDescription command{.name = app.get_name(),
                             .summary = app.get_description(),
                             .examples = app.get_footer(),
                             .is_hidden = app.get_group().empty(),
                             .is_reference = app.get_group() == kReferenceGroup};
  for (const CLI::Option* option : app.get_options()) {
    auto& list = option->get_positional() ? command.arguments : command.flags;
    list.push_back(DescribeFlag(*option));
  }
  const auto all = [](const CLI::App*) { return true; };
  for (const CLI::App* subcommand : app.get_subcommands(all)) {
    command.commands.push_back(DescribeCommand(*subcommand));
  }
  return command;
}

}  // namespace carmilla
