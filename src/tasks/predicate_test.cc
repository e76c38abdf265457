#include "carmilla/predicate.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carmilla/column.h"

namespace carmilla {
namespace {

constexpr Column<int64_t> kId{"id", "bigint"};
constexpr NullableColumn<std::string_view> kEmail{"e\"mail", "text"};
constexpr Column<double> kAmount{"amount", "double precision"};

/// Marks what is not sent as it stands: <name>, {value}.
std::string Shown(const Predicate& predicate) {
  std::string shown;
  for (const internal::SqlPart& part : predicate.parts()) {
    switch (part.kind) {
      case internal::SqlPart::Kind::kText:
        shown += part.text;
        break;
      case internal::SqlPart::Kind::kName:
        shown += "<" + part.text + ">";
        break;
      case internal::SqlPart::Kind::kValue:
        shown += "{" + part.text + "}";
        break;
      case internal::SqlPart::Kind::kValues:
        for (const std::string& value : part.values) shown += "{" + value + "}";
    }
  }
  return shown;
}

TEST(PredicateTest, NamesAndValuesAreKeptApartFromSql) {
  EXPECT_EQ(Shown(kId == 5), "(<id> = {5})");
  EXPECT_EQ(Shown(kEmail != "'; DROP TABLE users"),
            "(<e\"mail> <> {'; DROP TABLE users})");
  EXPECT_EQ(Shown(kAmount >= 0.1), "(<amount> >= {0.1})");
  EXPECT_EQ(Shown(kEmail.Like("%@x.com")), "(<e\"mail> LIKE {%@x.com})");
  EXPECT_EQ(Shown(kEmail.IsNull()), "(<e\"mail> IS NULL)");
  EXPECT_EQ(Shown(kId.Between(1, 9)), "(<id> BETWEEN {1} AND {9})");
}

TEST(PredicateTest, IntegersAreSentAsTheyAreAlsoToNarrowerColumns) {
  constexpr Column<int16_t> kLevel{"level", "smallint"};
  EXPECT_EQ(Shown(kLevel == 70'000), "(<level> = {70000})");
  EXPECT_EQ(Shown(kLevel.In({1, 70'000})), "(<level> = ANY ({1}{70000}))");
  EXPECT_EQ(Shown(kAmount < 3), "(<amount> < {3})");
  EXPECT_EQ(Shown(kEmail.In({"a", "b"})), "(<e\"mail> = ANY ({a}{b}))");
  EXPECT_EQ(Shown(kEmail == std::string("a")), "(<e\"mail> = {a})");
}

TEST(PredicateTest, AnyNumberOfValuesIsOneArray) {
  EXPECT_EQ(Shown(kId.In({1, 2})), "(<id> = ANY ({1}{2}))");
  EXPECT_EQ(Shown(kId.In(std::vector<int>{})), "(<id> = ANY ())");
}

TEST(PredicateTest, PredicatesCompose) {
  Predicate predicate;
  EXPECT_TRUE(predicate.is_always());
  for (const int64_t id : {1, 2}) predicate = predicate && kId != id;
  EXPECT_EQ(Shown(predicate), "((<id> <> {1}) AND (<id> <> {2}))");
  EXPECT_EQ(Shown(!(kId == 1 || kEmail.IsNotNull())),
            "(NOT ((<id> = {1}) OR (<e\"mail> IS NOT NULL)))");
  EXPECT_TRUE((Predicate() || kId == 1).is_always());
  EXPECT_EQ(Shown(!Predicate()), "(NOT true)");
}

}  // namespace
}  // namespace carmilla
