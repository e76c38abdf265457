#include "postgres/catalog_fixture.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MissingGrantsTest : public CatalogTest {};

TEST_F(MissingGrantsTest, MissingGrantsAreReadyStatements) {
  const ConnectionSettings settings = SettingsOf("reader");
  database_.Exec(
      "CREATE SCHEMA \"Clo\"\"sed\"; CREATE TABLE \"Clo\"\"sed\".t (id int, \"N a\" "
      "text, pii text);"
      "CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p "
      "FOR VALUES "
      "IN (1); CREATE VIEW v AS SELECT 1 AS id");
  const auto reader = Connect(settings);
  const RelationName names[] = {{"Clo\"sed", "t"}, {"public", "p"}, {"public", "v"}};
  ASSERT_OK_AND_ASSIGN(const auto tables, DescribeTables(*session(), names));
  const std::vector<std::string> columns{"id", "N a"};
  ASSERT_OK_AND_ASSIGN(const auto grants, MissingGrants(*reader, tables[0], columns));
  EXPECT_THAT(
      grants,
      ElementsAre(
          "GRANT USAGE ON SCHEMA \"Clo\"\"sed\" TO \"" + role_ + "\";",
          "GRANT SELECT (\"ctid\", \"id\", \"N a\") ON \"Clo\"\"sed\".\"t\" TO \"" +
              role_ + "\";"));
  for (const std::string& grant : grants) database_.Exec(grant);
  EXPECT_THAT(MissingGrants(*reader, tables[0], columns), IsOkAndHolds(IsEmpty()));
  EXPECT_OK(reader->Query("SELECT ctid, id, \"N a\" FROM \"Clo\"\"sed\".t"));
  const std::vector<std::string> id{"id"};
  EXPECT_THAT(
      MissingGrants(*reader, tables[1], id),
      IsOkAndHolds(ElementsAre(
          "GRANT SELECT (\"ctid\", \"id\") ON \"public\".\"p1\" TO \"" + role_ + "\";")));
  EXPECT_THAT(MissingGrants(*reader, tables[2], id),
              IsOkAndHolds(ElementsAre("GRANT SELECT (\"id\") ON \"public\".\"v\" TO \"" +
                                       role_ + "\";")));
  EXPECT_THAT(MissingGrants(*session(), tables[0], columns), IsOkAndHolds(IsEmpty()));
}

}  // namespace
}  // namespace carmilla
