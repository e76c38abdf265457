#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace carmilla {

/// One flag or argument of a command as help, completion and the manual page show it.
struct FlagDescription {
  std::vector<std::string> names;  ///< `-h`, `--help`; empty for an argument.
  std::string value;               ///< `FILE`, or `zstd|gzip` for choices; "" takes none.
  std::string description;
  bool is_required = false;
  bool is_repeatable = false;

  /// `-h, --help`, `--lake DIR`, `TABLE ...`.
  std::string Text() const;
  /// The words that the value may be; empty if it is free.
  std::vector<std::string> Choices() const;
};

/// One command with everything that the parser knows about it.
struct CommandDescription {
  std::string name;
  std::string summary;  ///< One sentence.
  /// Lines `carmilla ...`, each with its purpose behind ` # `.
  std::string examples;
  bool is_hidden = false;     ///< Not for people.
  bool is_reference = false;  ///< Explains Carmilla itself and touches no data.
  std::vector<FlagDescription> arguments;
  std::vector<FlagDescription> flags;
  std::vector<CommandDescription> commands;
};

/// Group of the commands that are CommandDescription::is_reference.
inline constexpr char kReferenceGroup[] = "Reference";

/// Reads the table out of the parser, which is the only place where flags are declared.
CommandDescription DescribeCommand(const CLI::App& app);

}  // namespace carmilla
