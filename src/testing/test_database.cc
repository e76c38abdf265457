#include "testing/test_database.h"

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace carmilla {
namespace {

using ResultHandle = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// Reads NAME=value from the env file that tools/postgres_server.py wrote.
std::string ServerSetting(const std::string& name) {
  const char* path = std::getenv("CARMILLA_TEST_POSTGRES_ENV");
  if (path == nullptr) {
    throw std::runtime_error(
        "CARMILLA_TEST_POSTGRES_ENV is not set; run the test by ctest, or start a server "
        "with tools/postgres_server.py start DIR and set it to DIR/env");
  }
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name + "=")) return line.substr(name.size() + 1);
  }
  throw std::runtime_error("no " + name + " in " + path +
                           "; is the test server running?");
}

/// Distinct among the tests of this process and among processes that run side by side.
std::string UniqueName() {
  static std::atomic<int> counter{0};
  return "test_" + std::to_string(getpid()) + "_" + std::to_string(counter++);
}

}  // namespace

class TestDatabase::Connection {
 public:
  explicit Connection(const std::string& keywords)
      : connection_(PQconnectdb(keywords.c_str()), &PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) {
      throw std::runtime_error(PQerrorMessage(connection_.get()));
    }
    // Tests say DROP ... IF EXISTS freely; notices would hide what matters.
    PQsetNoticeReceiver(connection_.get(), [](void*, const PGresult*) {}, nullptr);
  }

  ResultHandle Exec(const std::string& sql) const {
    ResultHandle result(PQexec(connection_.get(), sql.c_str()), &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      throw std::runtime_error(std::string(PQerrorMessage(connection_.get())) + sql);
    }
    return result;
  }

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

TestDatabase::TestDatabase()
    : socket_folder_(ServerSetting("PGHOST")),
      port_(ServerSetting("PGPORT")),
      name_(UniqueName()) {
  const Connection maintenance("host=" + socket_folder_ + " port=" + port_ +
                               " user=postgres dbname=postgres");
  // A killed test with the same process id may have left one behind.
  maintenance.Exec("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
  maintenance.Exec("CREATE DATABASE " + name_ + " TEMPLATE template0 ENCODING 'UTF8'");
  connection_ = std::make_unique<Connection>(ConnectionString());
}

TestDatabase::~TestDatabase() {
  connection_.reset();
  try {
    const Connection maintenance("host=" + socket_folder_ + " port=" + port_ +
                                 " user=postgres dbname=postgres");
    maintenance.Exec("DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::runtime_error& error) {
    // No failure: the server is thrown away after the tests, and the database with it.
    std::cerr << "cannot drop " << name_ << ": " << error.what();
  }
}

void TestDatabase::Exec(std::string_view sql) const {
  connection_->Exec(std::string(sql));
}

std::string TestDatabase::Query(std::string_view sql) const {
  const ResultHandle result = connection_->Exec(std::string(sql));
  return PQntuples(result.get()) == 0 ? "" : PQgetvalue(result.get(), 0, 0);
}

std::vector<std::vector<std::string>> TestDatabase::QueryRows(
    std::string_view sql) const {
  const ResultHandle result = connection_->Exec(std::string(sql));
  std::vector<std::vector<std::string>> rows;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    std::vector<std::string>& values = rows.emplace_back();
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      values.emplace_back(PQgetvalue(result.get(), row, column),
                          static_cast<size_t>(PQgetlength(result.get(), row, column)));
    }
  }
  return rows;
}

int TestDatabase::version() const { return std::stoi(Query("SHOW server_version_num")); }

std::string TestDatabase::ConnectionString() const {
  return "host=" + socket_folder_ + " port=" + port_ + " user=postgres dbname=" + name_;
}

std::string TestDatabase::TcpConnectionString(std::string_view user,
                                              std::string_view password) const {
  return "host=127.0.0.1 port=" + port_ + " user=" + std::string(user) +
         " password=" + std::string(password) + " dbname=" + name_;
}

}  // namespace carmilla
