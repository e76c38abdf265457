#include "testing/test_database.h"

#include <libpq-fe.h>

#include <iostream>
#include <stdexcept>

#include "testing/server_setting.h"

namespace carmilla {
namespace {

using ResultHandle = std::unique_ptr<PGresult, decltype(&PQclear)>;

std::string Setting(const std::string& name) {
  return ServerSetting("CARMILLA_TEST_POSTGRES_ENV", "tools/postgres_server.py", name);
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
    : socket_folder_(Setting("PGHOST")),
      port_(Setting("PGPORT")),
      name_(UniqueTestName('_')) {
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
