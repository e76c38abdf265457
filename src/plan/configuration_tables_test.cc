#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plan/configuration_fixture.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;

TEST(ConfigurationTablesTest, ATableHasItsOwnSettingsOverTheDefaults) {
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

TEST(ConfigurationTablesTest, ATableTakesAllItsKeys) {
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

TEST(ConfigurationTablesTest, RefusesWrongEntriesOfTables) {
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

TEST(ConfigurationTablesTest, APatternTakesOrIgnoresNewTables) {
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

TEST(ConfigurationTablesTest, ATableMayHaveTheNameOfAPattern) {
  ASSERT_OK_AND_ASSIGN(const Configuration configuration,
                       ParseTables("- a.*\n- 'a.\"*\"'\n"));
  EXPECT_TRUE(configuration.tables[0].is_pattern);
  EXPECT_FALSE(configuration.tables[1].is_pattern);
}

}  // namespace
}  // namespace carmilla
