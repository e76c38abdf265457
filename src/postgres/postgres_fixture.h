#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "postgres/session.h"
#include "testing/matchers.h"
#include "testing/test_database.h"

namespace carmilla {

/// Tests with a database of their own and sessions in it.
class PostgresTest : public ::testing::Test {
 protected:
  ConnectionSettings Settings() const {
    return {.conninfo = database_.ConnectionString(), .run_id = "test"};
  }

  /// Makes a role (dropped with the fixture) and tells how to connect as it.
  ConnectionSettings SettingsOf(const std::string& role,
                                const std::string& attributes = "") {
    role_ = role + "_" + database_.name();
    database_.Exec("CREATE ROLE " + role_ + " LOGIN " + attributes);
    return {.conninfo = "host=" + database_.socket_folder() +
                        " port=" + database_.port() + " user=" + role_ +
                        " dbname=" + database_.name(),
            .run_id = "test"};
  }

  static std::unique_ptr<Session> Connect(const ConnectionSettings& settings,
                                          std::stop_token stop = {}) {
    auto session = Session::Connect(settings, std::move(stop));
    EXPECT_THAT(session, IsOk());
    return session.ok() ? std::move(session).ValueUnsafe() : nullptr;
  }

  std::unique_ptr<Session> Connect() const { return Connect(Settings()); }

  void TearDown() override {
    if (!role_.empty()) database_.Exec("DROP OWNED BY " + role_ + "; DROP ROLE " + role_);
  }

  TestDatabase database_;
  std::string role_;
};

/// The single value of a query, or the rendered error.
inline std::string ValueOf(Session& session, const std::string& sql) {
  const auto rows = session.Query(sql);
  if (!rows.ok()) return RenderError(rows.status());
  return rows->empty() ? "" : rows->At(0, 0);
}

}  // namespace carmilla
