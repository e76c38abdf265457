#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace carmilla {

/// What keeps a connection string from being one that libpq reads.
struct ConnectionMistake {
  std::string problem;  ///< The end of a sentence: `is a JDBC URL`.
  std::string hint;     ///< Shows the right form with placeholders.
};

/// Recognises the forms of other tools (JDBC, SQLAlchemy, a pasted psql command), what
/// shells and files leave around a URL, and characters of a password that a URL needs
/// escaped. `with_password` tells whether the right form may show one. Nothing of `text`
/// is repeated: any piece of it may belong to a password.
std::optional<ConnectionMistake> FindConnectionMistake(std::string_view text,
                                                       bool with_password);

}  // namespace carmilla
