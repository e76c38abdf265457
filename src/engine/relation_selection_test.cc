#include "engine/relation_selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

RelationSummary Table(std::string schema, std::string name,
                      RelationKind kind = RelationKind::kTable) {
  return {{std::move(schema), std::move(name)}, kind};
}

TableConfiguration Exact(std::string schema, std::string name, std::string as = "") {
  TableConfiguration entry;
  entry.schema = std::move(schema);
  entry.name = std::move(name);
  entry.as = std::move(as);
  return entry;
}

TableConfiguration Pattern(std::string schema, std::vector<std::string> exclude = {}) {
  TableConfiguration entry = Exact(std::move(schema), "*");
  entry.is_pattern = true;
  entry.exclude = std::move(exclude);
  return entry;
}

std::vector<std::string> NamesOf(const Selection& selection) {
  std::vector<std::string> names;
  names.reserve(selection.relations.size());
  for (const SelectedRelation& relation : selection.relations) {
    names.push_back(relation.name.ToString() + "=" + relation.table);
  }
  return names;
}

TEST(SelectRelationsTest, PatternTakesTablesButNoViewsAndHonoursExclude) {
  const std::vector<RelationSummary> existing{
      Table("public", "orders"),
      Table("public", "tmp_x"),
      Table("public", "recent", RelationKind::kView),
      Table("public", "daily", RelationKind::kMaterializedView),
      Table("public", "remote", RelationKind::kForeignTable),
      Table("app", "users")};
  const std::vector<TableConfiguration> entries{Pattern("public", {"tmp_*"})};
  ASSERT_OK_AND_ASSIGN(const Selection selection, SelectRelations(entries, existing));
  EXPECT_THAT(NamesOf(selection),
              ElementsAre("public.orders=orders", "public.daily=daily"));
}

TEST(SelectRelationsTest, ExactEntryWinsOverPatternWhateverTheirOrder) {
  const std::vector<RelationSummary> existing{Table("public", "orders"),
                                              Table("public", "users")};
  const std::vector<TableConfiguration> entries{Pattern("public"),
                                                Exact("public", "orders", "sales")};
  ASSERT_OK_AND_ASSIGN(const Selection selection, SelectRelations(entries, existing));
  EXPECT_THAT(NamesOf(selection),
              ElementsAre("public.orders=sales", "public.users=users"));
}

TEST(SelectRelationsTest, PutsTheSchemaBeforeNamesThatTwoSchemasShare) {
  const std::vector<RelationSummary> existing{
      Table("app", "users"), Table("public", "users"), Table("public", "orders")};
  const std::vector<TableConfiguration> entries{Pattern("app"), Pattern("public")};
  ASSERT_OK_AND_ASSIGN(const Selection selection, SelectRelations(entries, existing));
  EXPECT_THAT(NamesOf(selection),
              ElementsAre("app.users=app_users", "public.users=public_users",
                          "public.orders=orders"));
}

TEST(SelectRelationsTest, RefusesTwoRelationsOfOneName) {
  const std::vector<RelationSummary> existing{Table("public", "a"), Table("public", "b")};
  const std::vector<TableConfiguration> entries{Exact("public", "a", "x"),
                                                Exact("public", "b", "x")};
  EXPECT_THAT(SelectRelations(entries, existing).status(),
              HasKind(ErrorKind::kConfiguration));
}

TEST(SelectRelationsTest, MissingEntryIsReportedWithTheNearestAndTheOthersStay) {
  const std::vector<RelationSummary> existing{Table("public", "orders")};
  const std::vector<TableConfiguration> entries{Exact("public", "ordres"),
                                                Exact("public", "orders")};
  ASSERT_OK_AND_ASSIGN(const Selection selection, SelectRelations(entries, existing));
  EXPECT_THAT(NamesOf(selection), ElementsAre("public.orders=orders"));
  ASSERT_EQ(selection.missing.size(), 1U);
  EXPECT_THAT(selection.missing[0].reason, HasKind(ErrorKind::kUnknownRelation));
  EXPECT_THAT(HintOf(selection.missing[0].reason), HasSubstr("public.orders"));
}

TEST(SelectRelationsTest, APatternMayKeepToWhatIsKnown) {
  const std::vector<RelationSummary> existing{
      Table("public", "orders"), Table("public", "new"), Table("public", "own"),
      Table("app", "new")};
  std::vector<TableConfiguration> entries{Pattern("public"), Exact("public", "own"),
                                          Pattern("app")};
  entries[0].new_tables = NewTables::kIgnore;
  const std::set<std::string> known{"public.orders"};
  ASSERT_OK_AND_ASSIGN(const Selection selection,
                       SelectRelations(entries, existing, known));
  EXPECT_THAT(NamesOf(selection),
              ElementsAre("public.own=own", "public.orders=orders", "app.new=new"));
  EXPECT_THAT(selection.ignored, ElementsAre(RelationName{"public", "new"}));
  ASSERT_OK_AND_ASSIGN(const Selection first, SelectRelations(entries, existing));
  EXPECT_TRUE(first.ignored.empty());
}

TEST(SelectRelationsTest, APatternWithoutATableIsNotedAsSuch) {
  const std::vector<RelationSummary> existing{Table("public", "tmp_x")};
  const std::vector<TableConfiguration> entries{Pattern("public", {"tmp_*"}),
                                                Pattern("sales")};
  ASSERT_OK_AND_ASSIGN(const Selection selection, SelectRelations(entries, existing));
  ASSERT_EQ(selection.unmatched.size(), 1U);
  EXPECT_EQ(selection.unmatched[0].schema, "sales");
  EXPECT_EQ(selection.unmatched[0].pattern, "sales.*");
}

TEST(FilterByNameTest, KeepsTheNamedAndRefusesTheUnknown) {
  const std::vector<RelationSummary> existing{Table("public", "orders"),
                                              Table("public", "users")};
  const std::vector<TableConfiguration> entries{Pattern("public")};
  ASSERT_OK_AND_ASSIGN(const Selection all, SelectRelations(entries, existing));
  const std::vector<std::string> users{"public.users"};
  ASSERT_OK_AND_ASSIGN(const Selection one,
                       FilterByName(all, users, /*skip_unknown=*/false));
  EXPECT_THAT(NamesOf(one), ElementsAre("public.users=users"));
  const std::vector<std::string> slip{"user"};
  const auto refused = FilterByName(all, slip, /*skip_unknown=*/false);
  EXPECT_THAT(refused.status(), HasKind(ErrorKind::kUnknownRelation));
  EXPECT_THAT(HintOf(refused.status()), HasSubstr("users"));
  ASSERT_OK_AND_ASSIGN(const Selection none,
                       FilterByName(all, slip, /*skip_unknown=*/true));
  EXPECT_TRUE(none.relations.empty());
}

}  // namespace
}  // namespace carmilla
