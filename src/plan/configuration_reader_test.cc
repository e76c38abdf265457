#include "plan/configuration_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "plan/configuration_fixture.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;

TEST(ConfigurationReaderTest, TheShortestFileHasAllDefaults) {
  ASSERT_OK_AND_ASSIGN(const Configuration read, ParseTables("- public.orders\n"));
  ASSERT_EQ(read.connections.size(), 1U);
  EXPECT_EQ(read.connections[0].name, "app");
  EXPECT_EQ(read.connections[0].conninfo.Reveal(), "service=app");
  EXPECT_EQ(read.source, "app");
  EXPECT_EQ(read.gentleness, Gentleness::kGentle);
  EXPECT_EQ(read.consistency, Consistency::kAuto);
  EXPECT_EQ(read.max_snapshot_age, std::chrono::seconds(900));
  EXPECT_EQ(read.lake.path, "/lake");
  EXPECT_EQ(read.isolation, Isolation::kThread);
  EXPECT_EQ(read.threads, 0);
  EXPECT_EQ(read.memory_bytes, 256LL << 20);
  ASSERT_EQ(read.tables.size(), 1U);
  const TableConfiguration& table = read.tables[0];
  EXPECT_EQ(table.schema + "." + table.name, "public.orders");
  EXPECT_FALSE(table.is_pattern);
  EXPECT_EQ(table.as, "");
  EXPECT_EQ(table.settings.compression, Compression::kZstd);
  EXPECT_EQ(table.settings.proof, Proof::kStructural);
  EXPECT_EQ(table.settings.layout, Layout::kVersioned);
  EXPECT_EQ(table.settings.policies, ValuePolicies{});
  EXPECT_EQ(table.position, (SourcePosition{4, 3}));
}

// Every key with every kind of good value: what it does is seen in the result.
TEST(ConfigurationReaderTest, EveryKeyOfTheTopLevelTakesEffect) {
  struct Case {
    std::string line;
    std::function<bool(const Configuration&)> holds;
  };
  const std::vector<Case> cases = {
      {"source: app", [](const auto& c) { return c.source == "app"; }},
      {"gentleness: gentle",
       [](const auto& c) { return c.gentleness == Gentleness::kGentle; }},
      {"gentleness: balanced",
       [](const auto& c) { return c.gentleness == Gentleness::kBalanced; }},
      {"gentleness: full",
       [](const auto& c) { return c.gentleness == Gentleness::kFull; }},
      {"consistency: auto",
       [](const auto& c) { return c.consistency == Consistency::kAuto; }},
      {"consistency: run",
       [](const auto& c) { return c.consistency == Consistency::kRun; }},
      {"consistency: table",
       [](const auto& c) { return c.consistency == Consistency::kTable; }},
      {"max_snapshot_age: 90",
       [](const auto& c) { return c.max_snapshot_age.count() == 90; }},
      {"max_snapshot_age: 90s",
       [](const auto& c) { return c.max_snapshot_age.count() == 90; }},
      {"max_snapshot_age: 5 min",
       [](const auto& c) { return c.max_snapshot_age.count() == 300; }},
      {"max_snapshot_age: '2h'",
       [](const auto& c) { return c.max_snapshot_age.count() == 7200; }},
      {"isolation: thread",
       [](const auto& c) { return c.isolation == Isolation::kThread; }},
      {"isolation: process",
       [](const auto& c) { return c.isolation == Isolation::kProcess; }},
      {"threads: 1", [](const auto& c) { return c.threads == 1; }},
      {"threads: \"16\"", [](const auto& c) { return c.threads == 16; }},
      {"memory: 96MiB", [](const auto& c) { return c.memory_bytes == 96LL << 20; }},
      {"memory: 1GB", [](const auto& c) { return c.memory_bytes == 1'000'000'000; }},
      {"memory: 134217728", [](const auto& c) { return c.memory_bytes == 128LL << 20; }},
      {"defaults:", [](const auto& c) { return c.tables.size() == 1; }},
  };
  for (const Case& one : cases) {
    const auto read = ParseTop(one.line);
    ASSERT_OK(read) << one.line;
    EXPECT_TRUE(one.holds(*read)) << one.line;
  }
}

TEST(ConfigurationReaderTest, EverySettingWorksInDefaultsAndInATable) {
  struct Case {
    std::string setting;
    std::function<bool(const TableDefaults&)> holds;
  };
  const std::vector<Case> cases = {
      {"compression: zstd",
       [](const auto& s) { return s.compression == Compression::kZstd; }},
      {"compression: gzip",
       [](const auto& s) { return s.compression == Compression::kGzip; }},
      {"compression: snappy",
       [](const auto& s) { return s.compression == Compression::kSnappy; }},
      {"compression: none",
       [](const auto& s) { return s.compression == Compression::kNone; }},
      {"proof: structural", [](const auto& s) { return s.proof == Proof::kStructural; }},
      {"proof: full", [](const auto& s) { return s.proof == Proof::kFull; }},
      {"layout: versioned", [](const auto& s) { return s.layout == Layout::kVersioned; }},
      {"layout: stable", [](const auto& s) { return s.layout == Layout::kStable; }},
      {"on_nan: error",
       [](const auto& s) { return s.policies.on_nan == ValuePolicy::kError; }},
      {"on_nan: null",
       [](const auto& s) { return s.policies.on_nan == ValuePolicy::kNull; }},
      {"on_nan: ~",
       [](const auto& s) { return s.policies.on_nan == ValuePolicy::kNull; }},
      {"on_nan: \"null\"",
       [](const auto& s) { return s.policies.on_nan == ValuePolicy::kNull; }},
      {"on_infinity: error",
       [](const auto& s) { return s.policies.on_infinity == ValuePolicy::kError; }},
      {"on_infinity: null",
       [](const auto& s) { return s.policies.on_infinity == ValuePolicy::kNull; }},
      {"on_infinity: clamp",
       [](const auto& s) { return s.policies.on_infinity == ValuePolicy::kClamp; }},
  };
  for (const Case& one : cases) {
    const auto by_default = ParseTop("defaults: {" + one.setting + "}");
    ASSERT_OK(by_default) << one.setting;
    EXPECT_TRUE(one.holds(by_default->tables[0].settings)) << one.setting;
    const auto by_table = ParseTables("- {name: public.a, " + one.setting + "}\n");
    ASSERT_OK(by_table) << one.setting;
    EXPECT_TRUE(one.holds(by_table->tables[0].settings)) << one.setting;
  }
}

TEST(ConfigurationReaderTest, KnowsKeysOfLaterVersionsByName) {
  EXPECT_THAT(Shown(ParseTables("- {name: public.a, incremental: {a: b}}\n")),
              HasSubstr("4:20: key \"incremental\" is not available in this version"));
  for (const std::string key : {"incremental", "groups", "tasks"}) {
    EXPECT_THAT(Shown(ParseTop(key + ": [a]")),
                HasSubstr("3:1: key \"" + key + "\" is not available in this version"));
  }
  EXPECT_THAT(Shown(Parse("connections: {app: {postgres: secret:prod/db}}\n"
                          "lake: {path: x}\ntables: [public.*]\n")),
              HasSubstr("secret: is for the password of a connection"));
}

TEST(ConfigurationReaderTest, SaysWhatIsMissing) {
  EXPECT_EQ(
      Shown(Parse("source: app\n")),
      "c.yaml: 3 problems\n"
      "c.yaml:1:1: connections is missing in the top level; add \"connections: {app: "
      "{postgres: env:DATABASE_URL}}\"\n"
      "c.yaml:1:1: lake is missing in the top level; add \"lake: {path: ./lake}\"\n"
      "c.yaml:1:1: tables is missing in the top level; add \"tables:\" and below it \"  "
      "- "
      "public.*\"");
  EXPECT_THAT(
      Shown(Parse(std::string(kShortestHead) + "tables:\n")),
      HasSubstr("c.yaml:3:1: tables needs a list, not nothing\nhint: add \"tables:\""));
  EXPECT_THAT(Shown(Parse(std::string(kShortestHead) + "tables: []\n")),
              HasSubstr("c.yaml:3:9: tables is an empty list"));
  EXPECT_THAT(Shown(Parse("connections: {}\nlake: {}\ntables: [public.*]\n")),
              testing::AllOf(HasSubstr("1:14: connections is an empty map"),
                             HasSubstr("2:7: path is missing in lake")));
  EXPECT_THAT(Shown(Parse("connections: {a: , b: {}}\nlake: {path: x}\ntables: [a.*]\n")),
              testing::AllOf(HasSubstr("1:15: connection \"a\" must be a map"),
                             HasSubstr("1:23: postgres is missing in an entry")));
}

TEST(ConfigurationReaderTest, SeveralConnectionsNeedASource) {
  const std::string two =
      "connections:\n  first: {postgres: ''}\n  second: {postgres: ''}\n"
      "lake: {path: x}\ntables: [public.*]\n";
  EXPECT_EQ(Shown(Parse(two)),
            "c.yaml:1:1: source is missing in the top level and there are several "
            "connections\nhint: add \"source: first\"");
  ASSERT_OK_AND_ASSIGN(const Configuration read, Parse(two + "source: second\n"));
  EXPECT_EQ(read.source, "second");
  EXPECT_EQ(read.connections.size(), 2U);
}

TEST(ConfigurationReaderTest, ReportsEveryErrorAtOnceInTheOrderOfTheFile) {
  const std::string text = R"(connections:
  app: {pstgres: env:DATABASE_URL, postgres: host=db}
source: ap
gentleness: gentel
lake:
  path: ./lake
  catalog: {glue: {database: raw}}
defaults: {compresion: zstd}
threads: many
tables:
  - orders
  - public.orders
  - name: public.orders
    colums: [id]
    partition_by: {column: day, every: year}
    incremental: {watermark: id}
threads: 4
)";
  EXPECT_EQ(Shown(Parse(text)),
            R"(c.yaml: 12 problems
c.yaml:2:9: unknown key "pstgres" in an entry of connections; did you mean "postgres"?
c.yaml:3:9: source names no connection: "ap"; did you mean "app"?
c.yaml:4:13: gentleness must be gentle, balanced or full, not "gentel"; did you mean "gentle"?
c.yaml:7:3: catalog is for a lake in a bucket; this one is a directory; remove it, or write path: s3://BUCKET/PREFIX
c.yaml:8:12: unknown key "compresion" in defaults; did you mean "compression"?
c.yaml:9:10: threads must be a whole number, not "many"
c.yaml:11:5: table "orders" lacks its schema; write public.orders
c.yaml:13:5: table "public.orders" is listed a second time, first on line 12, column 5; keep one of the two entries
c.yaml:14:5: unknown key "colums" in an entry of tables; did you mean "columns"?
c.yaml:15:40: every must be day, week or month, not "year"
c.yaml:16:5: key "incremental" is not available in this version; remove it; every run reads the whole table
c.yaml:17:1: key "threads" stands here a second time, first on line 9)");
}

TEST(ConfigurationReaderTest, AFileThatIsNoConfigurationDoesNotFillTheScreen) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "key" + std::to_string(i) + ": x\n";
  const std::string shown = Shown(Parse(text));
  EXPECT_THAT(shown, HasSubstr("c.yaml: 503 problems\n"));
  EXPECT_THAT(shown, HasSubstr("\nand 453 more"));
}

TEST(ConfigurationReaderTest, ReadsOnlyPlainTextOfALikelySize) {
  const TemporaryFolder folder;
  EXPECT_THAT(ReadConfiguration(folder.path() + "/none.yaml", {}),
              StatusMessageHas("none.yaml: No such file"));
  EXPECT_THAT(ReadConfiguration(folder.path(), {}), StatusMessageHas("Is a directory"));
  const std::string huge = folder.Write("huge.yaml", std::string((1 << 20) + 1, '#'));
  EXPECT_THAT(ReadConfiguration(huge, {}), StatusMessageHas("larger than 1.0 MiB"));
  EXPECT_THAT(ReadConfiguration("/dev/zero", {}),
              StatusMessageHas("larger than 1.0 MiB"));
}

TEST(ConfigurationReaderTest, AnEmptyFileIsNamedSo) {
  for (const std::string text : {"", "\n\n", "# only a comment\n", "---\n", "~\n"}) {
    EXPECT_EQ(Shown(Parse(text)),
              "c.yaml:1:1: the file is empty\nhint: see docs/configuration.md")
        << text;
  }
  EXPECT_THAT(Shown(Parse("- a\n")), HasSubstr("c.yaml:1:1: the file must be a map"));
  EXPECT_THAT(Shown(Parse("tables\n")), HasSubstr("c.yaml:1:1: the file must be a map"));
}

}  // namespace
}  // namespace carmilla
