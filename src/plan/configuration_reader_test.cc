#include "plan/configuration_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "core/error.h"
#include "plan/configuration_fixture.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ConfigurationReaderTest, TheShortestFileHasAllDefaults) {
  ASSERT_OK_AND_ASSIGN(const Configuration read, ParseTables("- public.orders\n"));
  ASSERT_EQ(read.connections.size(), 1U);
  EXPECT_EQ(read.connections[0].name, "app");
  EXPECT_EQ(read.connections[0].conninfo.Reveal(), "service=app");
  EXPECT_EQ(read.source, "app");
  EXPECT_EQ(read.gentleness, Gentleness::kGentle);
  EXPECT_EQ(read.consistency, Consistency::kAuto);
  EXPECT_EQ(read.max_snapshot_age, std::chrono::seconds(900));
  EXPECT_EQ(read.lake_path, "/lake");
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

TEST(ConfigurationReaderTest, ATableHasItsOwnSettingsOverTheDefaults) {
  ASSERT_OK_AND_ASSIGN(
      const Configuration read,
      Parse(std::string(kShortestHead) +
            "tables:\n"
            "- {name: public.a, compression: none, on_nan: null}\n"
            "- public.*\n"
            "defaults: {compression: gzip, proof: full, on_infinity: clamp}\n"));
  const TableDefaults& own = read.tables[0].settings;
  EXPECT_EQ(own.compression, Compression::kNone);
  EXPECT_EQ(own.proof, Proof::kFull);
  EXPECT_EQ(own.policies.on_nan, ValuePolicy::kNull);
  EXPECT_EQ(own.policies.on_infinity, ValuePolicy::kClamp);
  EXPECT_EQ(read.tables[1].settings.compression, Compression::kGzip);
  EXPECT_EQ(read.tables[1].settings.policies.on_nan, ValuePolicy::kError);
}

TEST(ConfigurationReaderTest, ATableTakesAllItsKeys) {
  ASSERT_OK_AND_ASSIGN(const Configuration read, ParseTables(R"(
  - name: public.events
    as: events_2
    columns: [id, Größe, created_at]
    where: id > 5 AND status = 'x'
    partition_by: {column: created_at, every: week, as: week_of}
    on_nan: null
    policies:
      id: {on_nan: error}
      Größe: {on_infinity: clamp}
  - {name: audit.*, exclude: ["tmp_*", old], layout: stable}
)"));
  const TableConfiguration& events = read.tables[0];
  EXPECT_EQ(events.as, "events_2");
  EXPECT_THAT(events.columns, ElementsAre("id", "Größe", "created_at"));
  EXPECT_EQ(events.where, "id > 5 AND status = 'x'");
  ASSERT_TRUE(events.partition_by.has_value());
  EXPECT_EQ(events.partition_by->column, "created_at");
  EXPECT_EQ(events.partition_by->every, PartitionUnit::kWeek);
  EXPECT_EQ(events.partition_by->as, "week_of");
  ASSERT_EQ(events.column_policies.size(), 2U);
  EXPECT_EQ(events.column_policies.at("id").on_nan, ValuePolicy::kError);
  EXPECT_EQ(events.column_policies.at("Größe").on_nan, std::nullopt);
  EXPECT_EQ(events.settings.policies.on_nan, ValuePolicy::kNull);
  EXPECT_EQ(events.column_policies.at("Größe").on_infinity, ValuePolicy::kClamp);
  const TableConfiguration& audit = read.tables[1];
  EXPECT_TRUE(audit.is_pattern);
  EXPECT_EQ(audit.schema + "." + audit.name, "audit.*");
  EXPECT_THAT(audit.exclude, ElementsAre("tmp_*", "old"));
  EXPECT_EQ(audit.settings.layout, Layout::kStable);
}

// Every key with wrong kinds and wrong values.
TEST(ConfigurationReaderTest, RefusesWrongValuesOfTheTopLevel) {
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
       "c.yaml:3:20: on_nan must be error or null, not \"clamp\""},
      {"defaults:\n  on_nan:",
       "c.yaml:4:3: on_nan needs one value, not nothing\nhint: write error or null"},
      {"defaults: {on_infinity: max}",
       "c.yaml:3:25: on_infinity must be error, null or clamp, not \"max\""},
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

TEST(ConfigurationReaderTest, RefusesWrongEntriesOfTables) {
  struct Case {
    std::string entry;
    std::string shown;
  };
  const std::vector<Case> cases = {
      {"- orders",
       "c.yaml:4:3: table \"orders\" lacks its schema\nhint: write public.orders"},
      {"- \"*\"", "c.yaml:4:3: table \"*\" lacks its schema\nhint: write public.*"},
      {"- public.ord*",
       "c.yaml:4:3: table \"public.ord*\" mixes a name and a star\n"
       "hint: write public.* and name what it shall not take in exclude"},
      {"- [public.a]",
       "c.yaml:4:3: an entry of tables must be a name or a map\n"
       "hint: write public.orders, or {name: public.orders, as: orders}"},
      {"-",
       "c.yaml:4:1: an entry of tables must be a name or a map\n"
       "hint: write public.orders, or {name: public.orders, as: orders}"},
      {"- {as: x}",
       "c.yaml:4:3: name is missing in an entry of tables\n"
       "hint: add \"name: public.orders\""},
      {"- {name: public.a, as: Orders}",
       "c.yaml:4:24: as cannot be a name in the lake: \"Orders\"\n"
       "hint: use lower-case letters, digits and underscores, a letter first"},
      {"- {name: public.a, as: ../x}",
       "c.yaml:4:24: as cannot be a name in the lake: \"../x\"\n"
       "hint: use lower-case letters, digits and underscores, a letter first"},
      {"- {name: public.a, columns: id}",
       "c.yaml:4:29: columns needs a list, not one value\n"
       "hint: write a list, such as [id, amount]"},
      {"- {name: public.a, columns: []}",
       "c.yaml:4:29: columns is an empty list\nhint: write a list, such as [id, amount]"},
      {"- {name: public.a, columns: [id, id]}",
       "c.yaml:4:34: an entry of columns stands there a second time: \"id\""},
      {"- {name: public.a, columns: [[id]]}",
       "c.yaml:4:30: an entry of columns must be one value, not a list"},
      {"- {name: public.a, columns: [\"\"]}",
       "c.yaml:4:30: an entry of columns is empty"},
      {"- {name: public.a, where: \" \"}", "c.yaml:4:27: where is empty"},
      {"- {name: public.a, exclude: [b]}",
       "c.yaml:4:20: exclude belongs to a pattern\nhint: write name: public.*"},
      {"- {name: public.*, where: x}",
       "c.yaml:4:20: where belongs to one table\n"
       "hint: give the table an entry of its own; it wins over the pattern"},
      {"- {name: public.a, partition_by: created_at}",
       "c.yaml:4:34: partition_by needs a map, not one value\n"
       "hint: write a map, such as {column: created_at, every: day}"},
      {"- {name: public.a, partition_by: {by: day, column: c}}",
       "c.yaml:4:35: unknown key \"by\" in partition_by\n"
       "hint: the keys here are column, every, as"},
      {"- {name: public.a, partition_by: {every: day}}",
       "c.yaml:4:34: column is missing in partition_by\n"
       "hint: add \"column: created_at\""},
      {"- {name: public.a, partition_by: {column: c, every: hour}}",
       "c.yaml:4:53: every must be day, week or month, not \"hour\""},
      {"- {name: public.a, partition_by: {column: c, as: _c}}",
       "c.yaml:4:50: as cannot be a name in the lake: \"_c\"\n"
       "hint: use lower-case letters, digits and underscores, a letter first"},
      {"- {name: public.a, columns: [b], partition_by: {column: c}}",
       "c.yaml:4:49: partition_by names a column that is not among columns: \"c\"\n"
       "hint: add it to columns"},
      {"- {name: public.a, columns: [c, dt], partition_by: {column: c}}",
       "c.yaml:4:52: the partition key has the name of a column: \"dt\"\n"
       "hint: choose another name with as"},
      {"- {name: public.a, policies: {b: error}}",
       "c.yaml:4:31: the policies of column \"b\" must be a map\n"
       "hint: write it like {on_nan: null}"},
      {"- {name: public.a, columns: [c], policies: {b: {on_nan: null}}}",
       "c.yaml:4:45: policies name a column that is not among columns: \"b\""},
      {"- {name: public.a, policies: {b: {proof: full}}}",
       "c.yaml:4:35: unknown key \"proof\" in policies of a column\n"
       "hint: it belongs to defaults or an entry of tables"},
      {"- {name: public.a, as:b}",
       "c.yaml:4:20: unknown key \"as:b\" in an entry of tables\n"
       "hint: a colon needs a space after it"},
      {"- public.a\n- {name: public.a, as: b}",
       "c.yaml:5:3: table \"public.a\" is listed a second time, first on line 4, column "
       "3\nhint: keep one of the two entries"},
      {"- {name: public.a, as: x}\n- {name: other.a, as: x}",
       "c.yaml:5:3: as \"x\" is given a second time, first on line 4, column 3\n"
       "hint: give one of them another name"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(Shown(ParseTables(one.entry + "\n")), one.shown) << one.entry;
  }
}

TEST(ConfigurationReaderTest, APatternTakesOrIgnoresNewTables) {
  ASSERT_OK_AND_ASSIGN(
      const Configuration configuration,
      ParseTables("- {name: a.*, new_tables: ignore}\n- {name: b.*, new_tables: take}\n"
                  "- c.*\n"));
  EXPECT_EQ(configuration.tables[0].new_tables, NewTables::kIgnore);
  EXPECT_EQ(configuration.tables[1].new_tables, NewTables::kTake);
  EXPECT_EQ(configuration.tables[2].new_tables, NewTables::kTake);
  EXPECT_EQ(Shown(ParseTables("- {name: a.*, new_tables: ignored}\n")),
            "c.yaml:4:27: new_tables must be take or ignore, not \"ignored\"\n"
            "hint: did you mean \"ignore\"?");
  EXPECT_EQ(Shown(ParseTables("- {name: a.b, new_tables: ignore}\n")),
            "c.yaml:4:15: new_tables belongs to a pattern\nhint: write name: a.*");
}

TEST(ConfigurationReaderTest, ATableMayHaveTheNameOfAPattern) {
  ASSERT_OK_AND_ASSIGN(const Configuration configuration,
                       ParseTables("- a.*\n- 'a.\"*\"'\n"));
  EXPECT_TRUE(configuration.tables[0].is_pattern);
  EXPECT_FALSE(configuration.tables[1].is_pattern);
}

TEST(ConfigurationReaderTest, KnowsKeysOfLaterVersionsByName) {
  for (const std::string key : {"incremental", "types", "derive"}) {
    EXPECT_THAT(Shown(ParseTables("- {name: public.a, " + key + ": {a: b}}\n")),
                HasSubstr("4:20: key \"" + key + "\" is not available in this version"));
  }
  for (const std::string key : {"aws", "athena", "incremental", "groups", "tasks"}) {
    EXPECT_THAT(Shown(ParseTop(key + ": [a]")),
                HasSubstr("3:1: key \"" + key + "\" is not available in this version"));
  }
  EXPECT_EQ(
      Shown(Parse("connections: {app: {postgres: ''}}\n"
                  "lake: {path: s3://bucket/prefix, catalog: {glue: {database: raw}}}\n"
                  "tables: [public.*]\n")),
      "c.yaml: 2 problems\n"
      "c.yaml:2:8: path must be a directory; \"s3://\" is not available in this "
      "version; write a path such as ./lake\n"
      "c.yaml:2:34: key \"catalog\" is not available in this version; remove it; query "
      "the lake with carmilla query");
  EXPECT_THAT(Shown(Parse("connections: {app: {postgres: secret:prod/db}}\n"
                          "lake: {path: x}\ntables: [public.*]\n")),
              HasSubstr("secret: is not available in this version"));
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
c.yaml:7:3: key "catalog" is not available in this version; remove it; query the lake with carmilla query
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

TEST(ConfigurationReaderTest, FollowsVariablesAndFilesForAnyScalar) {
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
  EXPECT_EQ(read.lake_path, folder.path() + "/data/lake");
  EXPECT_EQ(read.threads, 7);
  EXPECT_EQ(read.tables[0].settings.compression, Compression::kGzip);
  EXPECT_EQ(read.tables[0].name, "orders");
}

TEST(ConfigurationReaderTest, NamesMissingVariablesWithTheirPlace) {
  EXPECT_EQ(
      Shown(Parse("connections: {app: {postgres: env:CARMILLA_NOT_SET}}\n"
                  "lake: {path: x}\ntables: [public.*]\n")),
      "c.yaml:1:31: postgres: the environment variable CARMILLA_NOT_SET is not set\n"
      "hint: set it, as in `export CARMILLA_NOT_SET=...`");
}

TEST(ConfigurationReaderTest, CommandsThatOnlyReadTheLakeNeedNoConnection) {
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

TEST(ConfigurationReaderTest, NeverShowsAPassword) {
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

TEST(ConfigurationReaderTest, NeverShowsWhatIsNoConnectionString) {
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

TEST(ConfigurationReaderTest, NeverShowsAValueThatCameFromElsewhere) {
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

TEST(ConfigurationReaderTest, RelativePathsBelongToTheFolderOfTheFile) {
  const auto path_of = [](const std::string& file, const std::string& path,
                          const std::vector<std::string>& overrides = {}) {
    const auto read =
        ParseConfiguration("connections: {app: {postgres: ''}}\nlake: {path: " + path +
                               "}\ntables: [public.*]\n",
                           file, overrides);
    return read.ok() ? read->lake_path : Shown(read);
  };
  EXPECT_EQ(path_of("c.yaml", "./lake"), "lake");
  EXPECT_EQ(path_of("/etc/carmilla/c.yaml", "./lake"), "/etc/carmilla/lake");
  EXPECT_EQ(path_of("/etc/carmilla/c.yaml", "../lake"), "/etc/lake");
  EXPECT_EQ(path_of("/etc/carmilla/c.yaml", "/data"), "/data");
  EXPECT_EQ(path_of("/etc/c.yaml", "x", {"lake.path=./here"}), "here");
  const ScopedVariable home("HOME", "/home/ada");
  EXPECT_EQ(path_of("/etc/carmilla/c.yaml", "~/lake"), "/home/ada/lake");
}

TEST(ConfigurationReaderTest, SetPutsAValueOverThatOfTheFile) {
  ASSERT_OK_AND_ASSIGN(
      const Configuration read,
      ParseTop("defaults: {compression: nonsense}",
               {"defaults.compression=gzip", "defaults.on_nan=null", "threads=3",
                "connections.app.postgres=service=other",
                "connections.second.postgres=host=b dbname=x", "source=second"}));
  EXPECT_EQ(read.tables[0].settings.compression, Compression::kGzip);
  EXPECT_EQ(read.tables[0].settings.policies.on_nan, ValuePolicy::kNull);
  EXPECT_EQ(read.threads, 3);
  EXPECT_EQ(read.source, "second");
  ASSERT_EQ(read.connections.size(), 2U);
  EXPECT_EQ(read.connections[0].conninfo.Reveal(), "service=other");
  EXPECT_EQ(read.connections[1].conninfo.Reveal(), "host=b dbname=x");
}

TEST(ConfigurationReaderTest, SetChangesOneOfTwoMapsThatAnAliasShares) {
  ASSERT_OK_AND_ASSIGN(
      const Configuration read,
      Parse("connections: {a: &c {postgres: service=x}, b: *c}\nsource: b\n"
            "lake: {path: x}\ntables: [public.*]\n",
            {"connections.b.postgres=service=y"}));
  EXPECT_EQ(read.connections[0].conninfo.Reveal(), "service=x");
  EXPECT_EQ(read.connections[1].conninfo.Reveal(), "service=y");
}

TEST(ConfigurationReaderTest, RefusesWrongSets) {
  struct Case {
    std::string argument;
    std::string shown;
  };
  const std::vector<Case> cases = {
      {"threads",
       "--set: \"threads\" is not key=value\n"
       "hint: write it like defaults.compression=gzip"},
      {"=4",
       "--set: \"=4\" is not key=value\n"
       "hint: write it like defaults.compression=gzip"},
      {"lake..path=x",
       "--set: key \"lake..path\" has an empty part\nhint: write it like lake.path"},
      {"threds=4", "--set: unknown key \"threds\"\nhint: did you mean \"threads\"?"},
      {"defaults.compresion=gzip",
       "--set: unknown key \"defaults.compresion\"\nhint: did you mean \"compression\"?"},
      {"defaults.compression=zst",
       "--set: compression must be zstd, gzip, snappy or none, not \"zst\"\n"
       "hint: did you mean \"zstd\"?"},
      {"defaults=x", "--set: key \"defaults\" is a map\nhint: name a key below it"},
      {"connections.app=x",
       "--set: key \"connections.app\" is a map\nhint: name a key below it"},
      {"threads.x=1",
       "--set: key \"threads.x\" leads into a value\nhint: leave out what follows "
       "threads"},
      {"threads=[1]", "--set: key \"threads\" needs one value\nhint: write key=value"},
      {"tables=public.a",
       "--set: entries of tables cannot be set on the command line\n"
       "hint: name the tables after the command, or change the file"},
      {"tables.orders.proof=full",
       "--set: entries of tables cannot be set on the command line\n"
       "hint: name the tables after the command, or change the file"},
      {"aws.region=x",
       "--set: key \"aws\" is not available in this version\n"
       "hint: remove it; the lake is a directory"},
      {"connections.app.postgres=password=canary",
       "--set: the connection string holds a password\n"
       "hint: put the connection string into a variable (env:NAME) or a private file "
       "(file:PATH), or the password into ~/.pgpass"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(Shown(ParseTop("", {one.argument})), one.shown) << one.argument;
  }
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

}  // namespace
}  // namespace carmilla
