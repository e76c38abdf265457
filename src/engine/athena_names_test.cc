#include "engine/athena_names.h"

#include <string>

#include "lake/lake.h"
#include "testing/matchers.h"
#include "types/arrow_type_text.h"
#include "types/test_types.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TablePlan PlanOf(const std::vector<std::string>& names) {
  TablePlan plan{.table = {.name = {"public", "t"}}};
  for (const std::string& name : names) {
    plan.columns.push_back({.description = {.name = name}});
  }
  return plan;
}

TEST(AthenaNamesTest, NamesThatAthenaKnowsStay) {
  for (const char* name : {"id", "createdAt", "_id", "1st", "ID", "dt_2"}) {
    EXPECT_EQ(AthenaColumnName(name), name);
  }
}

TEST(AthenaNamesTest, OtherNamesAreEscapedReversibly) {
  for (const std::string name : {"order id",
                                 "Gr\xc3\xb6\xc3\x9f"
                                 "e",
                                 "a-b", "a b_x1_20"}) {
    const std::string escaped = AthenaColumnName(name);
    EXPECT_OK(Lake::CheckTableName(escaped)) << name;
    EXPECT_EQ(Lake::UnescapeTableName(escaped), name);
  }
}

TEST(AthenaNamesTest, NoNameBecomesThatOfAnother) {
  const std::string escaped = AthenaColumnName("order id");
  EXPECT_NE(AthenaColumnName(escaped), escaped);
}

TEST(AthenaNamesTest, ColumnsAreWrittenUnderTheirNames) {
  TablePlan plan = PlanOf({"id", "order id"});
  ASSERT_OK(NameColumnsForAthena(&plan));
  EXPECT_EQ(plan.columns[0].written_as, "id");
  EXPECT_EQ(plan.columns[1].written_as, AthenaColumnName("order id"));
  EXPECT_THAT(plan.warnings,
              ElementsAre("in Athena, order id is " + AthenaColumnName("order id")));
  plan = PlanOf({"id", "createdAt"});
  ASSERT_OK(NameColumnsForAthena(&plan));
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST(AthenaNamesTest, RefusesNamesThatDifferOnlyInCase) {
  TablePlan plan = PlanOf({"total", "x", "Total"});
  const arrow::Status refused = NameColumnsForAthena(&plan);
  EXPECT_THAT(refused, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(refused, StatusMessageHas("public.t: two columns have one name in Athena: "
                                        "total and Total"));
}

}  // namespace
}  // namespace carmilla
