#include "operations/model_test_sql.h"

#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace carmilla {
namespace {

using Kind = ModelTest::Kind;

TEST(ModelTestSqlTest, QuotesEveryName) {
  EXPECT_EQ(
      CountingSql("a", {.kind = Kind::kNotNull, .column = "x\"y"}, QueryOn::kEmbedded),
      "SELECT count(*) AS n FROM \"a\" WHERE \"x\"\"y\" IS NULL");
}

TEST(ModelTestSqlTest, AValueThatIsMissingIsNotMeantByOtherTests) {
  for (const Kind kind : {Kind::kUnique, Kind::kRelationships}) {
    const ModelTest test{.kind = kind, .column = "x", .other = "b", .other_column = "y"};
    for (const QueryOn on : {QueryOn::kEmbedded, QueryOn::kAthena}) {
      EXPECT_NE(CountingSql("a", test, on).find("\"x\" IS NOT NULL"), std::string::npos);
    }
  }
}

TEST(ModelTestSqlTest, TellsModelColumnTestAndNumberOfRows) {
  EXPECT_OK(Judge("a", {.kind = Kind::kUnique, .column = "x"}, 0));
  EXPECT_THAT(Judge("a", {.kind = Kind::kUnique, .column = "x"}, 2),
              StatusMessageHas("testing a.x: unique: 2 rows with a value that stands"));
  const ModelTest relationships{
      .kind = Kind::kRelationships, .column = "x", .other = "b", .other_column = "y"};
  EXPECT_THAT(Judge("a", relationships, 1),
              StatusMessageHas("relationships: 1 row with a value that is not in b.y"));
}

TEST(ModelTestSqlTest, ARowCountHasTwoBounds) {
  const ModelTest test{.kind = Kind::kRowCount, .min = 2, .max = 3};
  EXPECT_OK(Judge("a", test, 2));
  EXPECT_OK(Judge("a", test, 3));
  EXPECT_THAT(Judge("a", test, 1), StatusMessageHas("1 row, at least 2 expected"));
  EXPECT_THAT(Judge("a", test, 4), StatusMessageHas("4 rows, at most 3 expected"));
  EXPECT_THAT(Judge("a", test, 4), HasKind(ErrorKind::kData));
  EXPECT_OK(Judge("a", {.kind = Kind::kRowCount, .max = 3}, 0));
}

}  // namespace
}  // namespace carmilla
