#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

namespace carmilla {

/// The keywords of a connection, ready for libpq.
class ConnectionParameters {
 public:
  /// Takes a libpq string (keywords or URI) apart. kConfiguration when it is neither; the
  /// message quotes nothing of it, because any part may be a piece of a password.
  static arrow::Result<ConnectionParameters> Parse(const std::string& conninfo);

  /// Replaces a keyword's value.
  void Set(std::string_view keyword, std::string value);
  /// Sets a keyword that the user has not set.
  void SetDefault(std::string_view keyword, std::string value);

  /// The value of a keyword, "" when it is not set.
  const std::string& Get(std::string_view keyword) const;

  /// What libpq would connect with, but for the password: the same and what it adds from
  /// the service file, the PG* variables and its own defaults. Connects to nothing. Empty
  /// when libpq refuses the keywords, as it then will when it connects.
  ConnectionParameters Resolved() const;

  /// For PQconnectStartParams: both end with a null pointer and live as long as this
  /// object.
  std::vector<const char*> Keywords() const;
  std::vector<const char*> Values() const;

 private:
  struct Parameter {
    std::string keyword;
    std::string value;
  };
  std::vector<Parameter> parameters_;
};

}  // namespace carmilla
