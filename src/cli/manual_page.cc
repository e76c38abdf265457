#include "cli/manual_page.h"

#include <sstream>
#include <string_view>

#include "cli/help_text.h"
#include "core/version.h"

namespace carmilla {
namespace {

/// Text that roff shows as it is.
std::string Roff(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  // At the begin of a line these would be requests.
  if (escaped.starts_with('.') || escaped.starts_with('\'')) escaped.insert(0, "\\&");
  return escaped;
}

std::string RenderFlag(const FlagDescription& flag) {
  return ".TP\n.B " + Roff(flag.Text()) + "\n" + Roff(flag.description) +
         (flag.is_required ? " (required)\n" : "\n");
}

std::string RenderExamples(const std::string& examples) {
  std::istringstream lines(examples);
  std::string text = ".PP\nExamples:\n.PP\n.nf\n.RS 4\n";
  for (std::string line; std::getline(lines, line);) text += Roff(line) + "\n";
  return text + ".RE\n.fi\n";
}

std::string RenderCommand(const CommandDescription& program,
                          const CommandDescription& command) {
  std::string text =
      ".SS " + Roff(UsageText(program, command)) + "\n" + Roff(command.summary) + ".\n";
  for (const FlagDescription& argument : command.arguments) text += RenderFlag(argument);
  for (const FlagDescription& flag : command.flags) {
    if (flag.names.back() != "--help") text += RenderFlag(flag);
  }
  if (!command.examples.empty()) text += RenderExamples(command.examples);
  return text;
}

constexpr std::string_view kEnd = R"(.SH ENVIRONMENT
.TP
.B CARMILLA_CONFIG
The configuration, where \-\-config is not given.
.TP
.B CARMILLA_LOG
The level of the log, where \-\-log\-level is not given.
.TP
.B NO_COLOR
If set, \-\-color is never where it is not given.
.SH FILES
.TP
.B carmilla.yaml
The configuration, in the folder where the program runs.
.TP
.B $XDG_STATE_HOME/carmilla/history
What was typed at the prompt of `carmilla query`; ~/.local/state without the variable.
.SH EXIT STATUS
0 if everything that was asked for is done; else what `carmilla errors` lists, after
.BR sysexits (3).
.SH SEE ALSO
.BR psql (1)
)";

}  // namespace

std::string RenderManualPage(const CommandDescription& program) {
  std::string text = ".TH CARMILLA 1 \"\" \"carmilla " + std::string(kVersion) +
                     "\" \"User Commands\"\n.SH NAME\ncarmilla \\- PostgreSQL tables to "
                     "proven Parquet in a lake\n.SH SYNOPSIS\n.B carmilla\n"
                     ".I COMMAND\n[\\fIFLAGS\\fR]\n.SH DESCRIPTION\n" +
                     Roff(program.summary) +
                     "\nData goes to standard output, the rest to standard error.\n";
  text += ".SH GLOBAL FLAGS\n";
  for (const FlagDescription& flag : program.flags) text += RenderFlag(flag);
  text += ".SH COMMANDS\n";
  for (const CommandDescription& command : program.commands) {
    if (!command.is_hidden) text += RenderCommand(program, command);
  }
  return text.append(kEnd);
}

}  // namespace carmilla
