#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "plan/configuration_fixture.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ConfigurationSecretsTest, NeverShowsAPassword) {
  const std::string canary = "hunter2canary";
  const std::vector<std::string> connections = {
      "postgresql://u:" + canary + "@h/db", "postgres://u:" + canary + "@h/db",
      "postgres://h/db?password=" + canary, "postgres://h/db?pass%77ord=" + canary,
      "host=h password=" + canary,          "host=h password = '" + canary + "'",
      "host=h sslpassword=" + canary,
  };
  const std::vector<std::string> places = {
      "connections: {app: {postgres: \"X\"}}",
      "connections: {app: \"X\"}",
      "connections: {app: {postgres: '', user: \"X\"}}",
      "connections: {app: {postgres: [\"X\"]}}",
      "connections: {\"X\": {postgres: ''}}",
      "connections: {app: {\"X\": ''}}",
      "connections: {app: {postgres: *X}}",
      "connections: {app: {postgres: \"X}}",
      "source: \"X\"",
      "gentleness: \"X\"",
      "max_snapshot_age: \"X\"",
      "threads: \"X\"",
      "memory: \"X\"",
      "defaults: {compression: \"X\"}",
      "tables: [\"X\"]",
      "tables: [{name: \"X\"}]",
      "tables: [{name: a.b, as: \"X\", columns: [\"X\", \"X\"]}]",
      "\"X\": \"X\"",
  };
  for (const std::string& connection : connections) {
    for (std::string document : places) {
      for (size_t at; (at = document.find('X')) != std::string::npos;) {
        document.replace(at, 1, connection);
      }
      const auto read = Parse(document + "\n");
      ASSERT_THAT(read, HasKind(ErrorKind::kConfiguration)) << document;
      EXPECT_THAT(Shown(read), Not(HasSubstr(canary))) << document;
    }
    const auto argument = ResolveCommandLineConnection(connection);
    EXPECT_THAT(argument, HasKind(ErrorKind::kUsage)) << connection;
    EXPECT_THAT(RenderError(argument.status()), Not(HasSubstr(canary))) << connection;
    const auto set = ParseTop("", {"connections.app.postgres=" + connection});
    EXPECT_THAT(set, HasKind(ErrorKind::kConfiguration)) << connection;
    EXPECT_THAT(Shown(set), Not(HasSubstr(canary))) << connection;
  }
}

TEST(ConfigurationSecretsTest, NeverShowsWhatIsNoConnectionString) {
  for (const std::string text : {"hunter2canary", "host=h passwrd hunter2canary",
                                 "host=h password='hunter2canary"}) {
    const auto read = Parse("connections: {app: {postgres: \"" + text +
                            "\"}}\nlake: {path: x}\ntables: [a.*]\n");
    EXPECT_THAT(read, StatusMessageHas("this is not a connection string"));
    EXPECT_THAT(Shown(read), Not(HasSubstr("hunter2canary")));
    EXPECT_THAT(RenderError(ResolveCommandLineConnection(text).status()),
                Not(HasSubstr("hunter2canary")));
  }
}

TEST(ConfigurationSecretsTest, NeverShowsAValueThatCameFromElsewhere) {
  const ScopedVariable variable("CARMILLA_TEST_CANARY", "hunter2canary");
  for (const std::string line :
       {"source: env:CARMILLA_TEST_CANARY", "threads: env:CARMILLA_TEST_CANARY",
        "memory: env:CARMILLA_TEST_CANARY", "gentleness: env:CARMILLA_TEST_CANARY",
        "max_snapshot_age: env:CARMILLA_TEST_CANARY",
        "defaults: {compression: env:CARMILLA_TEST_CANARY}"}) {
    const std::string shown = Shown(ParseTop(line));
    EXPECT_THAT(shown, Not(HasSubstr("hunter2canary"))) << line;
    EXPECT_THAT(shown, HasSubstr("env:CARMILLA_TEST_CANARY")) << line;
  }
  for (const std::string entry :
       {"- env:CARMILLA_TEST_CANARY", "- {name: env:CARMILLA_TEST_CANARY}",
        "- {name: public.a, as: env:CARMILLA_TEST_CANARY,"
        " columns: [env:CARMILLA_TEST_CANARY, env:CARMILLA_TEST_CANARY]}"}) {
    EXPECT_THAT(Shown(ParseTables(entry + "\n")),
                testing::AnyOf(Not(HasSubstr("hunter2canary")), "OK"))
        << entry;
  }
  EXPECT_EQ(
      Shown(Parse("connections: {app: {postgres: env:CARMILLA_TEST_CANARY}}\n"
                  "lake: {path: x}\ntables: [a.*]\n")),
      "c.yaml:1:31: the value of env:CARMILLA_TEST_CANARY is not a connection string\n"
      "hint: write \"host=... dbname=... user=... password='...'\" or "
      "postgresql://USER:PASSWORD@HOST:5432/DATABASE");
}

TEST(ResolveCommandLineConnectionTest, TakesReferencesAndPasswordlessStrings) {
  const TemporaryFolder folder;
  const std::string file = folder.Write("url", "host=h password=hunter2\n");
  const ScopedVariable url("CARMILLA_TEST_URL", "postgres://u:hunter2@h/db");
  const auto reveal = [](const std::string& text) {
    const auto secret = ResolveCommandLineConnection(text);
    return secret.ok() ? secret->Reveal() : RenderError(secret.status());
  };
  EXPECT_EQ(reveal("env:CARMILLA_TEST_URL"), "postgres://u:hunter2@h/db");
  EXPECT_EQ(reveal("file:" + file), "host=h password=hunter2");
  EXPECT_EQ(reveal("service=app"), "service=app");
  EXPECT_EQ(reveal("postgresql://u@h:5432/db?sslmode=require"),
            "postgresql://u@h:5432/db?sslmode=require");
  EXPECT_THAT(ResolveCommandLineConnection("env:CARMILLA_NOT_SET"),
              HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(ResolveCommandLineConnection(""), HasKind(ErrorKind::kUsage));
  EXPECT_THAT(ResolveCommandLineConnection("mydb"), HasKind(ErrorKind::kUsage));
}

TEST(ConfigurationSecretsTest, TakesPasswordsFromElsewhereOnly) {
  const auto read = [](const std::string& keys) {
    return Parse("connections: {app: {postgres: service=app, " + keys +
                 "}}\nlake: {path: x}\ntables: [a.*]\n");
  };
  const ScopedVariable variable("CARMILLA_TEST_PASSWORD", "canary");
  const auto by_variable = read("password: env:CARMILLA_TEST_PASSWORD");
  ASSERT_OK(by_variable);
  EXPECT_EQ(by_variable->connections[0].password.Reveal(), "canary");
  const auto by_secret = read("password: 'secret:prod/db#password'");
  ASSERT_OK(by_secret);
  EXPECT_EQ(by_secret->connections[0].password_secret.id, "prod/db");
  EXPECT_EQ(by_secret->connections[0].password_secret.json_key, "password");
  const auto by_token = read("auth: rds-iam");
  ASSERT_OK(by_token);
  EXPECT_EQ(by_token->connections[0].authentication, SourceAuthentication::kRdsIam);
  EXPECT_THAT(Shown(read("password: canary")),
              testing::AllOf(testing::HasSubstr("password must not be written out"),
                             testing::Not(testing::HasSubstr("canary"))));
  for (const std::string word : {"'secret:'", "'secret:#key'", "'secret:id#'"}) {
    EXPECT_THAT(Shown(read("password: " + word)),
                testing::HasSubstr("password names no secret"))
        << word;
  }
  EXPECT_THAT(Shown(read("auth: rds-iam, password: secret:x")),
              testing::HasSubstr("auth: rds-iam needs no password"));
}

}  // namespace
}  // namespace carmilla
