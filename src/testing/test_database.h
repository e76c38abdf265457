#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace carmilla {

/// A database of its own on the throwaway test server, dropped (with whoever is still
/// connected) when the object dies.
///
/// The server is the one that `tools/postgres_server.py start DIR` started: the
/// environment variable CARMILLA_TEST_POSTGRES_ENV names its DIR/env file; ctest sets it.
/// Every failure here is a broken test set-up, so it throws std::runtime_error, which
/// fails the test with the server's message. Use one object from one thread.
class TestDatabase {
 public:
  TestDatabase();
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  /// Runs one or several statements as the superuser `postgres`.
  void Exec(std::string_view sql) const;

  /// Returns the first column of the first row as text; empty when there is none or it is
  /// NULL.
  std::string Query(std::string_view sql) const;

  /// Returns all rows as text, NULL as the empty string.
  std::vector<std::vector<std::string>> QueryRows(std::string_view sql) const;

  /// Returns libpq keywords of this database over the server's unix socket (no password
  /// asked).
  std::string ConnectionString() const;

  /// Returns libpq keywords over TCP, where the server asks for a password (SCRAM).
  std::string TcpConnectionString(std::string_view user, std::string_view password) const;

  /// Returns the server's server_version_num, such as 150020.
  int version() const;

  /// Returns the database's name, unique on the server.
  const std::string& name() const { return name_; }

  /// Returns the folder of the server's unix socket and its port.
  const std::string& socket_folder() const { return socket_folder_; }
  const std::string& port() const { return port_; }

 private:
  class Connection;

  std::string socket_folder_;
  std::string port_;
  std::string name_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace carmilla
