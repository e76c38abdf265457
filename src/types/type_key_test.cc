#include "types/type_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "testing/matchers.h"
#include "types/built_in_oid.h"
#include "types/test_types.h"
#include "types/type_table.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;

namespace oid = built_in_oid;

TEST(TypeKeyTest, ParsesTheNamesOfTheTable) {
  EXPECT_THAT(ParseTypeKey("uuid"), IsOkAndHolds(std::string("uuid")));
  EXPECT_THAT(ParseTypeKey("TimestampTZ"), IsOkAndHolds(std::string("timestamptz")));
  EXPECT_THAT(ParseTypeKey("char"), IsOkAndHolds(std::string("char(n)")));
  EXPECT_THAT(ParseTypeKey("varchar(n)"), IsOkAndHolds(std::string("varchar(n)")));
  EXPECT_THAT(ParseTypeKey("\"char\""), IsOkAndHolds(std::string("\"char\"")));
  EXPECT_THAT(ParseTypeKey("app.Mood"), IsOkAndHolds(std::string("app.Mood")));
}

TEST(TypeKeyTest, SuggestsTheNearestName) {
  EXPECT_THAT(ParseTypeKey("uuids"), StatusHintHas("did you mean \"uuid\"?"));
  EXPECT_THAT(ParseTypeKey("character"), StatusHintHas("did you mean \"char(n)\"?"));
  EXPECT_THAT(ParseTypeKey("int4"), StatusHintHas("did you mean \"integer\"?"));
  const auto unknown = ParseTypeKey("mood of the day");
  EXPECT_THAT(unknown, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(unknown, StatusHintHas("app.mood"));
}

TEST(TypeKeyTest, EveryBuiltInTypeOfTheTableHasOneKey) {
  for (const MappingRow& row : MappingRows()) {
    for (const uint32_t type_oid : row.oids) {
      if (type_oid == 0) continue;
      SCOPED_TRACE(std::string(row.text.postgres) + " " + std::to_string(type_oid));
      const auto keys = TypeKeysOf(*BuiltInType(type_oid, "any"), -1);
      ASSERT_EQ(keys.size(), 1U);
      EXPECT_THAT(ParseTypeKey(keys.front()), IsOkAndHolds(keys.front()));
    }
    for (const std::string_view name : row.names) {
      if (name.empty()) continue;
      EXPECT_OK(ParseTypeKey(name)) << name;
    }
  }
}

TEST(TypeKeyTest, TheNearestKeyComesFirst) {
  const auto numeric = BuiltInType(oid::kNumeric, "numeric");
  EXPECT_THAT(TypeKeysOf(*numeric, -1), ElementsAre("numeric"));
  EXPECT_THAT(TypeKeysOf(*numeric, NumericTypmodOf(9, 2)), ElementsAre("numeric(p,s)"));
  EXPECT_THAT(TypeKeysOf(*numeric, NumericTypmodOf(50, 2)), ElementsAre("numeric"));
  EXPECT_THAT(TypeKeysOf(*DomainOver(numeric, NumericTypmodOf(9, 2), "price"), -1),
              ElementsAre("app.price", "numeric(p,s)"));
  EXPECT_THAT(TypeKeysOf(*ArrayOf(BuiltInType(oid::kUuid, "uuid")), -1),
              ElementsAre("array"));
  EXPECT_THAT(TypeKeysOf(*UserType("mood", PostgresTypeKind::kEnum), -1),
              ElementsAre("app.mood", "enum"));
  auto range = *UserType("int4range", PostgresTypeKind::kRange);
  EXPECT_THAT(TypeKeysOf(range, -1), ElementsAre("app.int4range", "range"));
  range.schema = "pg_catalog";
  EXPECT_THAT(TypeKeysOf(range, -1), ElementsAre("int4range", "range"));
  auto geometry = *UserType("geometry", PostgresTypeKind::kBase);
  geometry.extension = "postgis";
  EXPECT_THAT(TypeKeysOf(geometry, -1), ElementsAre("app.geometry", "geometry"));
}

TEST(TypeKeyTest, TellsWhatNoColumnOfTheTypeCanBe) {
  const DeclaredType binary{.kind = DeclaredKind::kBinary};
  EXPECT_FALSE(CheckDeclaration("uuid", binary).has_value());
  EXPECT_FALSE(CheckDeclaration("app.mood", binary).has_value());
  const auto problem = CheckDeclaration("time", binary);
  ASSERT_TRUE(problem.has_value());
  EXPECT_EQ(problem->text, "time cannot be declared as binary");
  EXPECT_EQ(problem->hint, "it can be time64 or text");
  EXPECT_FALSE(CheckDeclaration("numeric", {.kind = DeclaredKind::kDouble}).has_value());
}

TEST(TypeKeyTest, NoNameStandsTwice) {
  const auto keys = KnownTypeKeys();
  EXPECT_EQ(std::set<std::string_view>(keys.begin(), keys.end()).size(), keys.size());
}

}  // namespace
}  // namespace carmilla
