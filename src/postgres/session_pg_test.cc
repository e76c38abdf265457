#include "postgres/session.h"

#include <chrono>
#include <thread>

#include "postgres/postgres_fixture.h"
#include "postgres/silent_server.h"

namespace carmilla {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class SessionTest : public PostgresTest {
 protected:
  // Waits until the server runs a query of ours that contains `text`.
  void AwaitQuery(const std::string& text) const {
    const auto deadline = steady_clock::now() + seconds(20);
    while (database_.Query(
               "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND "
               "datname = current_database() AND application_name = 'carmilla/test' "
               "AND query LIKE '%" +
               text + "%'") == "0") {
      ASSERT_LT(steady_clock::now(), deadline);
      std::this_thread::sleep_for(milliseconds(2));
    }
  }
};

TEST_F(SessionTest, KnowsTheServer) {
  const auto session = Connect();
  ASSERT_NE(session, nullptr);
  const ServerIdentity& server = session->server();
  EXPECT_EQ(server.version_number, database_.version());
  EXPECT_THAT(server.version,
              StartsWith(std::to_string(database_.version() / 10000) + "."));
  EXPECT_THAT(server.version, Not(HasSubstr(" ")));
  EXPECT_EQ(server.system_identifier,
            database_.Query("SELECT system_identifier FROM pg_control_system()"));
  EXPECT_EQ(server.timeline, "1");
  EXPECT_EQ(server.database, database_.name());
  EXPECT_EQ(server.user, "postgres");
  EXPECT_FALSE(server.is_in_recovery);
  EXPECT_FALSE(session->is_pooled());
  EXPECT_EQ(session->description(), "postgres@" + database_.socket_folder() + ":" +
                                        database_.port() + "/" + database_.name());
}

TEST_F(SessionTest, WorksWhereControlDataIsRefused) {
  database_.Exec(
      "REVOKE ALL ON FUNCTION pg_control_system(), pg_control_checkpoint() FROM PUBLIC");
  const auto session = Connect(SettingsOf("plain"));
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->server().system_identifier, "");
  EXPECT_EQ(session->server().timeline, "");
}

TEST_F(SessionTest, ReturnsRowsAsTextAndNull) {
  const auto session = Connect();
  const std::string parameter = "it's";
  ASSERT_OK_AND_ASSIGN(
      const QueryRows rows,
      session->Query("SELECT $1::text, NULL, 2 UNION ALL SELECT '', 'x', 3",
                     {&parameter, 1}));
  ASSERT_EQ(rows.rows().size(), 2);
  EXPECT_EQ(rows.At(0, 0), "it's");
  EXPECT_EQ(rows.rows()[0][1], std::nullopt);
  EXPECT_EQ(rows.At(0, 1), "");
  EXPECT_EQ(rows.rows()[1][0], "");
}

TEST_F(SessionTest, StaysUsableAfterAnError) {
  const auto session = Connect();
  EXPECT_THAT(session->Query("SELECT * FROM public.nowhere"),
              HasKind(ErrorKind::kUnknownRelation));
  EXPECT_THAT(session->Execute("SELECT 1; SELECT FROM; SELECT 2"),
              HasKind(ErrorKind::kQuery));
  EXPECT_EQ(ValueOf(*session, "SELECT 1"), "1");
}

TEST_F(SessionTest, IsReadOnly) {
  const auto session = Connect();
  EXPECT_THAT(session->Execute("CREATE TABLE public.t (i int)"),
              HasKind(ErrorKind::kQuery));
}

TEST_F(SessionTest, DescribesWithoutRunning) {
  database_.Exec("CREATE DOMAIN price AS numeric(12,2); CREATE TABLE t (a int, b price)");
  const auto session = Connect();
  ASSERT_OK_AND_ASSIGN(const auto columns,
                       session->Describe("SELECT b, a, 1/0 AS x FROM public.t"));
  ASSERT_EQ(columns.size(), 3);
  EXPECT_EQ(columns[0].name, "b");
  EXPECT_EQ(columns[0].column_number, 2);
  EXPECT_EQ(columns[0].type_oid, 1700);
  EXPECT_EQ(columns[0].typmod, ((12 << 16) | 2) + 4);
  EXPECT_EQ(columns[2].table_oid, 0);
  EXPECT_EQ(ValueOf(*session, "SELECT 1"), "1");
}

TEST_F(SessionTest, SettingsOfTheRoleHaveNoEffect) {
  struct Poison {
    const char* setting;
    const char* probe;
    const char* expected;
    int since = 0;
  };
  constexpr int kVersion14 = 140000;
  const ConnectionSettings settings = SettingsOf("poisoned");
  for (const Poison& poison : std::initializer_list<Poison>{
           {"DateStyle = 'German, DMY'", "SELECT date '2024-02-01'", "2024-02-01"},
           {"IntervalStyle = 'sql_standard'", "SELECT interval '1 day 2 h'", "P1DT2H"},
           {"TimeZone = 'Asia/Kathmandu'", "SELECT timestamptz '2024-01-01 00:00:00Z'",
            "2024-01-01 00:00:00+00"},
           {"bytea_output = 'escape'", "SELECT '\\x00ff'::bytea", "\\x00ff"},
           {"extra_float_digits = -15", "SELECT 0.1::float8 + 0.2::float8",
            "0.30000000000000004"},
           {"search_path = public, evil", "SHOW search_path", "\"\""},
           {"statement_timeout = '100ms'", "SELECT pg_sleep(0.3)", ""},
           {"lock_timeout = '1h'", "SHOW lock_timeout", "2s"},
           {"idle_in_transaction_session_timeout = '5ms'",
            "SHOW idle_in_transaction_session_timeout", "1min"},
           {"idle_session_timeout = '1s'", "SHOW idle_session_timeout", "0", kVersion14},
           {"default_transaction_isolation = 'serializable'",
            "SHOW transaction_isolation", "read committed"},
           {"default_transaction_read_only = off", "SHOW transaction_read_only", "on"},
           {"default_transaction_deferrable = on", "SHOW transaction_deferrable", "off"},
           {"row_security = on", "SHOW row_security", "off"},
           {"client_encoding = 'LATIN1'", "SELECT 'ä'", "ä"},
           {"standard_conforming_strings = off", "SELECT 'a\\nb'", "a\\nb"},
           {"synchronize_seqscans = on", "SHOW synchronize_seqscans", "off"},
           {"enable_seqscan = off", "SHOW enable_seqscan", "on"},
           {"gin_fuzzy_search_limit = 1", "SHOW gin_fuzzy_search_limit", "0"},
           {"transform_null_equals = on", "SELECT NULL = NULL", ""},
           {"quote_all_identifiers = on", "SELECT 'pg_class'::regclass", "pg_class"},
           {"max_parallel_workers_per_gather = 8", "SHOW max_parallel_workers_per_gather",
            "0"},
           {"jit = on", "SHOW jit", "off"},
           {"exit_on_error = on", "SHOW exit_on_error", "off"},
           {"application_name = 'x'", "SHOW application_name", "carmilla/test"},
           {"client_connection_check_interval = 0",
            "SHOW client_connection_check_interval", "1s", kVersion14},
           {"transaction_timeout = '1s'", "SHOW transaction_timeout", "0", 170000}}) {
    if (database_.version() < poison.since) continue;
    database_.Exec("ALTER ROLE " + role_ + " RESET ALL; ALTER ROLE " + role_ + " SET " +
                   poison.setting);
    const auto session = Connect(settings);
    ASSERT_NE(session, nullptr) << poison.setting;
    EXPECT_EQ(ValueOf(*session, poison.probe), poison.expected) << poison.setting;
  }
}

TEST_F(SessionTest, RefusesServersThatHideDamagedPages) {
  const ConnectionSettings settings = SettingsOf("damaged");
  database_.Exec("ALTER ROLE " + role_ + " SET zero_damaged_pages = on");
  const auto session = Session::Connect(settings, {});
  EXPECT_THAT(session, HasKind(ErrorKind::kUnsupported));
  EXPECT_THAT(session, StatusMessageHas("zero_damaged_pages"));
}

TEST_F(SessionTest, NamesThePinThatIsLost) {
  const auto session = Connect();
  EXPECT_OK(session->ProvePins());
  // What another backend of a pooler would show.
  EXPECT_OK(session->Execute("RESET ALL"));
  EXPECT_THAT(session->ProvePins(), StatusMessageHas("the setting does not hold: "));
}

TEST_F(SessionTest, WrongPasswordIsAuthenticationAndNeverTold) {
  database_.Exec("CREATE ROLE asker_" + database_.name() +
                 " LOGIN PASSWORD 'right-canary'");
  role_ = "asker_" + database_.name();
  const auto refused =
      Session::Connect({.conninfo = database_.TcpConnectionString(role_, "wrong-canary"),
                        .run_id = "test"},
                       {});
  EXPECT_THAT(refused, HasKind(ErrorKind::kAuthentication));
  EXPECT_THAT(RenderError(refused.status()), Not(HasSubstr("canary")));
  EXPECT_THAT(refused, StatusMessageHas("connecting to asker_"));
  const auto session =
      Connect({.conninfo = database_.TcpConnectionString(role_, "right-canary"),
               .run_id = "test"});
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(session->description(), Not(HasSubstr("canary")));
  const auto error = session->Query("SELECT * FROM nowhere.t");
  EXPECT_THAT(RenderError(error.status()), Not(HasSubstr("canary")));
}

TEST_F(SessionTest, MissingPasswordIsAuthentication) {
  const auto session = Session::Connect(
      {.conninfo = "host=127.0.0.1 port=" + database_.port() +
                   " user=postgres passfile=/nowhere dbname=" + database_.name(),
       .run_id = "test"},
      {});
  EXPECT_THAT(session, HasKind(ErrorKind::kAuthentication));
  EXPECT_THAT(session, StatusHintHas("password"));
}

TEST_F(SessionTest, UnknownDatabaseAndRoleAreTold) {
  const std::string server =
      "host=" + database_.socket_folder() + " port=" + database_.port() + " user=";
  EXPECT_THAT(Session::Connect({.conninfo = server + "postgres dbname=nowhere"}, {}),
              HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(Session::Connect({.conninfo = server + "nobody dbname=postgres"}, {}),
              HasKind(ErrorKind::kAuthentication));
}

TEST_F(SessionTest, FullRoleIsUnavailable) {
  const ConnectionSettings settings = SettingsOf("limited", "CONNECTION LIMIT 1");
  const auto first = Connect(settings);
  EXPECT_THAT(Session::Connect(settings, {}), HasKind(ErrorKind::kUnavailable));
}

TEST_F(SessionTest, SilentHostIsUnavailableInTime) {
  const SilentServer server;
  const std::string conninfo = server.conninfo();
  const auto begin = steady_clock::now();
  EXPECT_THAT(Session::Connect({.conninfo = conninfo, .connect_timeout = seconds(1)}, {}),
              HasKind(ErrorKind::kUnavailable));
  EXPECT_LT(steady_clock::now() - begin, seconds(5));

  std::stop_source source;
  std::jthread stopper([&source] {
    std::this_thread::sleep_for(milliseconds(20));
    source.request_stop();
  });
  const auto stopped = steady_clock::now();
  EXPECT_THAT(Session::Connect({.conninfo = conninfo}, source.get_token()),
              HasKind(ErrorKind::kInterrupted));
  EXPECT_LT(steady_clock::now() - stopped, seconds(5));
}

TEST_F(SessionTest, StopCancelsTheServersQueryWithin200Milliseconds) {
  std::stop_source source;
  const auto session = Connect(Settings(), source.get_token());
  steady_clock::time_point stopped;
  std::jthread stopper([&] {
    AwaitQuery("pg_sleep");
    stopped = steady_clock::now();
    source.request_stop();
  });
  EXPECT_THAT(session->Query("SELECT pg_sleep(60)"), HasKind(ErrorKind::kInterrupted));
  const auto returned = steady_clock::now();
  stopper.join();
  EXPECT_LT(returned - stopped, milliseconds(200));
  const auto deadline = steady_clock::now() + seconds(10);
  while (database_.Query(
             "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query "
             "= 'SELECT pg_sleep(60)'") != "0") {
    ASSERT_LT(steady_clock::now(), deadline);
  }
  EXPECT_THAT(session->Query("SELECT 1"), HasKind(ErrorKind::kInterrupted));
}

TEST_F(SessionTest, CancelFromAnotherThreadEndsTheQueryAndKeepsTheSession) {
  const auto session = Connect();
  std::jthread canceller([&] {
    AwaitQuery("pg_sleep");
    session->Cancel();
  });
  EXPECT_THAT(session->Query("SELECT pg_sleep(60)"),
              HasKind(ErrorKind::kServerCancelled));
  canceller.join();
  EXPECT_EQ(ValueOf(*session, "SELECT 1"), "1");
}

TEST_F(SessionTest, EndedByTheOperator) {
  const auto session = Connect();
  std::jthread operator_thread([&] {
    AwaitQuery("pg_sleep");
    database_.Exec("SELECT pg_terminate_backend(" +
                   std::to_string(session->backend_pid()) + ")");
  });
  EXPECT_THAT(session->Query("SELECT pg_sleep(60)"),
              HasKind(ErrorKind::kServerCancelled));
  operator_thread.join();
  EXPECT_THAT(session->Query("SELECT 1"), HasKind(ErrorKind::kConnectionLost));
}

TEST_F(SessionTest, RowSecurityIsAnErrorNeverFewerRows) {
  const ConnectionSettings settings = SettingsOf("reader");
  database_.Exec(
      "CREATE TABLE t (i int); INSERT INTO t VALUES (1), (2); GRANT SELECT ON t TO " +
      role_ +
      "; ALTER TABLE t ENABLE ROW LEVEL SECURITY; "
      "CREATE POLICY p ON t USING (i = 1)");
  const auto session = Connect(settings);
  EXPECT_THAT(session->Query("SELECT * FROM public.t"), HasKind(ErrorKind::kRowSecurity));
}

TEST_F(SessionTest, ErrorsNeverQuoteCells) {
  database_.Exec(
      "CREATE TABLE t (v text); INSERT INTO t VALUES ('canary-5512');"
      "CREATE FUNCTION tell() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
      "USING "
      "MESSAGE = (SELECT v FROM public.t), HINT = 'canary-5512', ERRCODE = '42501'; END "
      "$$");
  const auto session = Connect();
  for (const char* sql :
       {"SELECT v::int FROM public.t", "SELECT v::date FROM public.t",
        "SELECT v::uuid FROM public.t", "SELECT v::json FROM public.t",
        "SELECT v::inet FROM public.t", "SELECT public.tell()",
        "SELECT v::int[] FROM public.t", "SELECT v::bit(3) FROM public.t"}) {
    const auto rows = session->Query(sql);
    ASSERT_FALSE(rows.ok()) << sql;
    EXPECT_THAT(RenderError(rows.status()), Not(HasSubstr("canary"))) << sql;
  }
}

TEST_F(SessionTest, NeedsFewRoundTripsToConnect) {
  const auto begin = steady_clock::now();
  for (int i = 0; i < 10; ++i) ASSERT_NE(Connect(), nullptr);
  EXPECT_LT(steady_clock::now() - begin, seconds(10));
}

}  // namespace
}  // namespace carmilla
