#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "plan/configuration_fixture.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

// Every key with wrong kinds and wrong values.
TEST(ConfigurationValuesTest, RefusesWrongValuesOfTheTopLevel) {
  struct Case {
    std::string line;
    std::string shown;
  };
  const std::vector<Case> cases = {
      {"source: ap",
       "c.yaml:3:9: source names no connection: \"ap\"\nhint: did you mean \"app\"?"},
      {"source: [app]", "c.yaml:3:9: source needs one value, not a list"},
      {"source:", "c.yaml:3:1: source needs one value, not nothing"},
      {"gentleness: gentel",
       "c.yaml:3:13: gentleness must be gentle, balanced or full, not \"gentel\"\n"
       "hint: did you mean \"gentle\"?"},
      {"gentleness: {mib_per_second: 20}",
       "c.yaml:3:13: gentleness needs one value, not a map\n"
       "hint: write gentle, balanced or full; its knobs are not available in this "
       "version"},
      {"consistency: chunked",
       "c.yaml:3:14: consistency \"chunked\" is not available in this version\n"
       "hint: write auto, run or table"},
      {"consistency: [run]",
       "c.yaml:3:14: consistency needs one value, not a list\nhint: write auto, run or "
       "table"},
      {"max_snapshot_age: soon",
       "c.yaml:3:19: max_snapshot_age must be a duration, not \"soon\"\n"
       "hint: write seconds, or a number with s, min or h, such as 15min"},
      {"max_snapshot_age: 9",
       "c.yaml:3:19: max_snapshot_age must be 10 to 86400 seconds, not \"9\""},
      {"max_snapshot_age: 99999999999999999h",
       "c.yaml:3:19: max_snapshot_age must be a duration, not \"99999999999999999h\"\n"
       "hint: write seconds, or a number with s, min or h, such as 15min"},
      {"threads: 0", "c.yaml:3:10: threads must be 1 to 256, not \"0\""},
      {"threads: 257", "c.yaml:3:10: threads must be 1 to 256, not \"257\""},
      {"threads: -1", "c.yaml:3:10: threads must be 1 to 256, not \"-1\""},
      {"threads: 2.5", "c.yaml:3:10: threads must be a whole number, not \"2.5\""},
      {"threads: 99999999999999999999",
       "c.yaml:3:10: threads must be a whole number, not \"99999999999999999999\""},
      {"threads: {a: b}", "c.yaml:3:10: threads needs one value, not a map"},
      {"memory: 64MiB", "c.yaml:3:9: memory must be 96.0 MiB to 1.0 TiB, not \"64MiB\""},
      {"memory: lots",
       "c.yaml:3:9: memory must be a size, not \"lots\"\n"
       "hint: write a number with its unit, such as 512MiB"},
      {"defaults: zstd", "c.yaml:3:11: defaults needs a map, not one value"},
      {"defaults: {compression: zst}",
       "c.yaml:3:25: compression must be zstd, gzip, snappy or none, not \"zst\"\n"
       "hint: did you mean \"zstd\"?"},
      {"defaults: {compression: ZSTD}",
       "c.yaml:3:25: compression must be zstd, gzip, snappy or none, not \"ZSTD\"\n"
       "hint: did you mean \"zstd\"?"},
      {"defaults: {proof: [full]}",
       "c.yaml:3:19: proof needs one value, not a list\nhint: write structural or full"},
      {"defaults: {layout: flat}",
       "c.yaml:3:20: layout must be versioned or stable, not \"flat\""},
      {"defaults: {on_nan: clamp}",
       "c.yaml:3:20: on_nan must be error, null or text, not \"clamp\""},
      {"defaults:\n  on_nan:",
       "c.yaml:4:3: on_nan needs one value, not nothing\nhint: write error, null or "
       "text"},
      {"defaults: {on_infinity: max}",
       "c.yaml:3:25: on_infinity must be error, null, text or clamp, not \"max\""},
      {"compresion: gzip",
       "c.yaml:3:1: unknown key \"compresion\" in the top level\n"
       "hint: did you mean \"compression\" in defaults or an entry of tables?"},
      {"columns: [id]",
       "c.yaml:3:1: unknown key \"columns\" in the top level\n"
       "hint: it belongs to an entry of tables"},
      {"gentlenes: full",
       "c.yaml:3:1: unknown key \"gentlenes\" in the top level\n"
       "hint: did you mean \"gentleness\"?"},
      {"colour: red", "c.yaml:3:1: unknown key \"colour\" in the top level"},
      {"{a}: b", "c.yaml:3:1: a key must be one word, not a list or a map"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(Shown(ParseTop(one.line)), one.shown) << one.line;
  }
}

TEST(ConfigurationValuesTest, FollowsVariablesAndFilesForAnyScalar) {
  const TemporaryFolder folder;
  folder.Write("url", "postgresql://u:hunter2@db/app\n");
  folder.Write("lake", "data/lake\r\n");
  const std::string file =
      folder.Write("c.yaml",
                   "connections: {app: {postgres: file:url}}\n"
                   "lake: {path: file:lake}\n"
                   "threads: env:CARMILLA_TEST_THREADS\n"
                   "defaults: {compression: env:CARMILLA_TEST_WORD}\n"
                   "tables: [env:CARMILLA_TEST_TABLE]\n");
  const ScopedVariable threads("CARMILLA_TEST_THREADS", "7");
  const ScopedVariable word("CARMILLA_TEST_WORD", "gzip");
  const ScopedVariable table("CARMILLA_TEST_TABLE", "public.orders");
  ASSERT_OK_AND_ASSIGN(const Configuration read, ReadConfiguration(file, {}));
  EXPECT_EQ(read.connections[0].conninfo.Reveal(), "postgresql://u:hunter2@db/app");
  EXPECT_EQ(read.lake.path, folder.path() + "/data/lake");
  EXPECT_EQ(read.threads, 7);
  EXPECT_EQ(read.tables[0].settings.compression, Compression::kGzip);
  EXPECT_EQ(read.tables[0].name, "orders");
}

TEST(ConfigurationValuesTest, NamesMissingVariablesWithTheirPlace) {
  EXPECT_EQ(
      Shown(Parse("connections: {app: {postgres: env:CARMILLA_NOT_SET}}\n"
                  "lake: {path: x}\ntables: [public.*]\n")),
      "c.yaml:1:31: postgres: the environment variable CARMILLA_NOT_SET is not set\n"
      "hint: set it, as in `export CARMILLA_NOT_SET=...`");
}

TEST(ConfigurationValuesTest, CommandsThatOnlyReadTheLakeNeedNoConnection) {
  const std::string text =
      "connections: {app: {postgres: env:CARMILLA_NOT_SET}}\n"
      "lake: {path: x}\ntables: [public.*]\n";
  const auto read =
      ParseConfiguration(text, "c.yaml", {}, {.resolves_connections = false});
  ASSERT_OK(read);
  EXPECT_TRUE(read->connections[0].conninfo.empty());
  const auto with_password = ParseConfiguration(
      "connections: {app: {postgres: password=canary}}\nlake: {path: x}\ntables: [a.*]\n",
      "c.yaml", {}, {.resolves_connections = false});
  EXPECT_THAT(with_password, HasKind(ErrorKind::kConfiguration));
}

TEST(ConfigurationValuesTest, ProgramsWithTasksMayDoWithoutTables) {
  const std::string text = "connections: {app: {postgres: ''}}\nlake: {path: x}\n";
  const auto read = ParseConfiguration(text, "c.yaml", {}, {.requires_tables = false});
  ASSERT_OK(read);
  EXPECT_TRUE(read->tables.empty());
  const auto plain = ParseConfiguration(text, "c.yaml", {});
  EXPECT_THAT(plain, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(plain, StatusMessageHas("tables is missing"));
}

TEST(ConfigurationValuesTest, RelativePathsBelongToTheFolderOfTheFile) {
  const auto path_of = [](const std::string& file, const std::string& path,
                          const std::vector<std::string>& overrides = {}) {
    const auto read =
        ParseConfiguration("connections: {app: {postgres: ''}}\nlake: {path: " + path +
                               "}\ntables: [public.*]\n",
                           file, overrides);
    return read.ok() ? read->lake.path : Shown(read);
  };
  EXPECT_EQ(path_of("c.yaml", "./lake"), "lake");
  EXPECT_EQ(path_of("/etc/carmilla/c.yaml", "./lake"), "/etc/carmilla/lake");
  EXPECT_EQ(path_of("/etc/carmilla/c.yaml", "../lake"), "/etc/lake");
  EXPECT_EQ(path_of("/etc/carmilla/c.yaml", "/data"), "/data");
  EXPECT_EQ(path_of("/etc/c.yaml", "x", {"lake.path=./here"}), "here");
  const ScopedVariable home("HOME", "/home/ada");
  EXPECT_EQ(path_of("/etc/carmilla/c.yaml", "~/lake"), "/home/ada/lake");
}

}  // namespace
}  // namespace carmilla
