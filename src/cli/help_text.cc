#include "cli/help_text.h"

#include <sstream>
#include <string_view>

#include "cli/word_wrap.h"

namespace carmilla {
namespace {

constexpr size_t kWidth = 80;
constexpr size_t kIndent = 25;

constexpr std::string_view kEnvironment = R"(
Environment:
  CARMILLA_CONFIG        the configuration, where --config is not given
  CARMILLA_LOG           the level of the log, where --log-level is not given
  NO_COLOR               if set, --color is never where it is not given

Data goes to standard output, the rest to standard error. The exit code tells
the kind of end: 0, or what `carmilla errors` lists.
)";

/// `  left   right`, the right side broken between words into its own column.
std::string TwoColumns(const std::string& left, const std::string& right) {
  std::string text = "  " + left;
  if (text.size() + 2 > kIndent) text += "\n" + std::string(kIndent, ' ');
  if (text.size() < kIndent) text.resize(kIndent, ' ');
  text += WrapWords(right, kIndent, kWidth);
  return text + '\n';
}

std::string RenderFlag(const FlagDescription& flag) {
  return TwoColumns(flag.Text(),
                    flag.description + (flag.is_required ? " (required)" : ""));
}

std::string RenderFlags(const CommandDescription& command) {
  std::string text;
  const FlagDescription* help = nullptr;
  for (const FlagDescription& flag : command.flags) {
    if (flag.names.back() == "--help") {
      help = &flag;  // Last, because everybody knows it.
    } else {
      text += RenderFlag(flag);
    }
  }
  return help == nullptr ? text : text + RenderFlag(*help);
}

/// The flags of every command only by their names, so that all commands fit on a screen.
std::string RenderProgramFlags(const CommandDescription& program) {
  CommandDescription own = program;
  own.flags.clear();
  std::string shared;
  for (const FlagDescription& flag : program.flags) {
    if (flag.value.empty()) {
      own.flags.push_back(flag);
    } else {
      shared += (shared.empty() ? "" : ", ") + flag.names.back();
    }
  }
  return TwoColumns("for every command", shared) + RenderFlags(own);
}

std::string RenderArguments(const CommandDescription& command) {
  std::string text;
  for (const FlagDescription& argument : command.arguments) text += RenderFlag(argument);
  return text.empty() ? text : text + '\n';
}

std::string RenderCommands(const CommandDescription& program, bool is_long) {
  std::string text;
  std::string reference;
  for (const CommandDescription& command : program.commands) {
    if (command.is_hidden) continue;
    if (command.is_reference && !is_long) {
      reference += (reference.empty() ? "" : ", ") + command.name;
    } else {
      text += TwoColumns(command.name, command.summary);
    }
  }
  if (!reference.empty()) text += TwoColumns("for reference", reference);
  return text + '\n';
}

/// Purposes above the commands, indented.
std::string RenderExamples(const std::string& examples) {
  std::istringstream lines(examples);
  std::string text = "\nExamples:\n";
  for (std::string line; std::getline(lines, line);) text += "  " + line + '\n';
  return text;
}

bool IsProgram(const CommandDescription& program, const CommandDescription& command) {
  return &program == &command;
}

std::string Head(const CommandDescription& program, const CommandDescription& command) {
  std::string text = command.summary + "\n\nUsage: " + UsageText(program, command);
  if (IsProgram(program, command)) text += "    (`carmilla COMMAND -h` explains one)";
  return text + "\n\n";
}

}  // namespace

std::string UsageText(const CommandDescription& program,
                      const CommandDescription& command) {
  if (IsProgram(program, command)) return program.name + " COMMAND [FLAGS]";
  std::string text = program.name + " " + command.name + " [FLAGS]";
  for (const FlagDescription& argument : command.arguments) {
    text += argument.is_required ? " " + argument.Text() : " [" + argument.Text() + "]";
  }
  return text;
}

std::string RenderShortHelp(const CommandDescription& program,
                            const CommandDescription& command) {
  std::string text = Head(program, command);
  if (IsProgram(program, command)) {
    return text + RenderCommands(program, /*is_long=*/false) +
           RenderProgramFlags(command);
  }
  return text + RenderArguments(command) + RenderFlags(command) +
         "\nEvery command knows --config, --set, --log-level and --color as well.\n";
}

std::string RenderLongHelp(const CommandDescription& program,
                           const CommandDescription& command) {
  std::string text = Head(program, command);
  if (IsProgram(program, command)) {
    text += RenderCommands(program, /*is_long=*/true) + RenderFlags(command);
  } else {
    text += RenderArguments(command) + RenderFlags(command);
    text += "\nFlags of every command:\n";
    for (const FlagDescription& flag : program.flags) {
      if (!flag.value.empty()) text += RenderFlag(flag);
    }
  }
  if (!command.examples.empty()) text += RenderExamples(command.examples);
  return IsProgram(program, command) ? text.append(kEnvironment) : text;
}

}  // namespace carmilla
