#include "plan/table_catalogs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/configuration_fixture.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Reads a configuration whose line 2 is the lake with `glue`, and whose entries of
/// tables begin on line 5.
arrow::Result<Configuration> Read(const std::string& glue, const std::string& tables,
                                  const std::string& layout = "stable") {
  return Parse(
      "connections: {app: {postgres: service=app}}\n"
      "lake: {path: s3://lake/a" +
      (glue.empty() ? "" : ", catalog: {glue: " + glue + "}") +
      "}\ndefaults: {layout: " + layout + "}\ntables:\n" + tables);
}

TEST(TableCatalogsTest, ATableMayNameAnotherDatabase) {
  const auto read = Read("{database: raw, adopt: true}",
                         "- public.orders\n"
                         "- {name: public.bills, catalog: {glue: {database: finance}}}\n"
                         "- {name: public.a, as: b, catalog: {glue: {adopt: false}}}\n",
                         "versioned");
  ASSERT_OK(read);
  const GlueConfiguration& glue = *read->lake.glue;
  ASSERT_EQ(glue.tables.size(), 2);
  EXPECT_EQ(glue.tables.at("bills").database, "finance");
  EXPECT_TRUE(glue.tables.at("bills").is_adopting);
  EXPECT_EQ(glue.tables.at("b").database, "raw");
  EXPECT_FALSE(glue.tables.at("b").is_adopting);
  // No other table can take the name away.
  EXPECT_EQ(read->tables[1].as, "bills");
  EXPECT_EQ(read->tables[0].as, "");
}

TEST(TableCatalogsTest, ATableMayNameAnotherCrawler) {
  const auto read = Read(
      "{database: raw, crawler: {name: c, role: r}}",
      "- {name: public.a, catalog: {glue: {database: finance, crawler: {name: f, role: "
      "x, "
      "time_limit: 5min}}}}\n"
      "- {name: public.b, catalog: {glue: {database: finance, crawler: {name: f}}}}\n"
      "- {name: public.d, catalog: {glue: {crawler: {name: c}}}}\n");
  ASSERT_OK(read);
  const auto& tables = read->lake.glue->tables;
  EXPECT_EQ(tables.at("b").crawler->role, "x");
  EXPECT_EQ(tables.at("b").crawler->time_limit, std::chrono::minutes(5));
  EXPECT_EQ(tables.at("d").crawler->role, "r");
  EXPECT_EQ(tables.at("d").database, "raw");
}

TEST(TableCatalogsTest, ACrawlerOfOneTableNeedsOnlyItsStableLayout) {
  const std::string crawled =
      "- {name: public.a, layout: stable, catalog: {glue: {crawler: {name: c}}}}\n";
  const auto read = Read("{database: raw}", "- public.b\n" + crawled, "versioned");
  ASSERT_OK(read);
  EXPECT_FALSE(read->lake.glue->crawler.has_value());
  EXPECT_EQ(read->lake.glue->tables.at("a").crawler->name, "c");
}

TEST(TableCatalogsTest, WhatCannotBeIsRefusedWithItsPlace) {
  const std::string crawler = "{database: raw, crawler: {name: c, role: r}}";
  const struct {
    std::string glue;
    std::string tables;
    std::string problem;
  } cases[] = {
      {"", "- {name: public.a, catalog: {glue: {database: b}}}",
       "c.yaml:5:20: a table has a catalog of its own where the lake has one\n"
       "hint: add \"catalog: {glue: {database: raw}}\" to lake"},
      {"{database: raw}", "- {name: public.a, catalog: {}}",
       "c.yaml:5:29: glue is missing in catalog of a table"},
      {"{database: raw}", "- {name: public.a, catalog: {glue: {database: B}}}",
       "c.yaml:5:47: database cannot be a name in the lake: \"B\""},
      {"{database: raw}", "- {name: public.a, catalog: {glue: {databse: b}}}",
       "c.yaml:5:37: unknown key \"databse\" in catalog.glue of a table\n"
       "hint: did you mean \"database\"?"},
      {"{database: raw}", "- {name: public.*, catalog: {glue: {database: b}}}",
       "c.yaml:5:20: catalog belongs to one table"},
      {"{database: raw}", "- {name: public.Orders, catalog: {glue: {database: b}}}",
       "c.yaml:5:25: a table with a catalog of its own needs `as`"},
      {"{database: raw}",
       "- {name: public.a, catalog: {glue: {database: b}}}\n"
       "- {name: sales.a, catalog: {glue: {database: b}}}",
       "c.yaml:6:19: another table with a catalog of its own has the name \"a\""},
      {crawler, "- {name: public.a, catalog: {glue: {database: b}}}",
       "c.yaml:5:20: the crawler \"c\" writes into the database \"raw\"\n"
       "hint: name another crawler"},
      {crawler, "- {name: public.a, catalog: {glue: {database: b, crawler: {name: c}}}}",
       "c.yaml:5:59: the crawler \"c\" writes into the database \"raw\", as it is named "
       "on line 2\nhint: a crawler has one database"},
      {crawler, "- {name: public.a, catalog: {glue: {crawler: {name: c, role: x}}}}",
       "c.yaml:5:46: the crawler \"c\" is described otherwise on line 2"},
      {crawler, "- {name: public.a, catalog: {glue: {crawler: {role: x}}}}",
       "c.yaml:5:46: name is missing in lake.catalog.glue.crawler"},
      {"{database: raw}",
       "- {name: public.a, layout: versioned, catalog: {glue: {crawler: {name: c}}}}",
       "c.yaml:5:65: a crawler needs the stable layout of its tables\n"
       "hint: add \"layout: stable\" to this entry"},
  };
  for (const auto& [glue, tables, problem] : cases) {
    EXPECT_THAT(Shown(Read(glue, tables)), HasSubstr(problem)) << tables;
  }
}

TEST(TableCatalogsTest, WithoutOneAllAreWhereTheLakeSays) {
  const auto read = Read("{database: raw}", "- public.a\n");
  ASSERT_OK(read);
  EXPECT_THAT(read->lake.glue->tables, IsEmpty());
}

}  // namespace
}  // namespace carmilla
