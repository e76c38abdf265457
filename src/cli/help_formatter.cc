#include "cli/help_formatter.h"

#include <sstream>

namespace carmilla {
namespace {

constexpr size_t kWidth = 80;
constexpr size_t kIndent = 22;

/// Breaks lines between words; the formatter indents what follows a line break.
std::string Wrap(const std::string& text) {
  std::istringstream words(text);
  std::string wrapped;
  size_t width = 0;
  for (std::string word; words >> word; width += word.size()) {
    if (width > 0 && kIndent + width + 1 + word.size() > kWidth) {
      wrapped += '\n';
      width = 0;
    } else if (width > 0) {
      wrapped += ' ';
      ++width;
    }
    wrapped += word;
  }
  return wrapped;
}

}  // namespace

HelpFormatter::HelpFormatter() {
  column_width(kIndent);
  label("REQUIRED", "(required)");
  label("SUBCOMMAND", "COMMAND");
  label("Positionals", "Arguments");
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  if (option->get_type_size() == 0) return "";
  std::string text = option->get_positional() ? "" : " " + option->get_type_name();
  if (option->get_positional() && option->get_expected_max() > 1) text += " ...";
  return text + (option->get_required() ? " (required)" : "");
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  return Wrap(option->get_description());
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  std::ostringstream out;
  CLI::detail::format_help(out, command->get_name(), Wrap(command->get_description()),
                           kIndent);
  return out.str();
}

}  // namespace carmilla
