#include "codegen/task_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codegen/model_fixture.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kTask[] =
    R"golden(// A task to begin with. The file is yours: `carmilla generate` leaves it alone.
#include <carmilla/carmilla.h>

)golden"
    "#include \"models/orders.h\"\n"
    R"golden(
namespace {

// What the task writes: a column for each member.
struct OrdersReport {
  int64_t id;
  std::optional<int64_t> user_id;
  carmilla::Decimal<15, 2> amount;
  std::string_view class_;
  std::optional<models::mood> mood;
};
CARMILLA_RECORD(OrdersReport, id, user_id, amount, CARMILLA_FIELD(class_, "class"), mood);

arrow::Status WriteOrdersReport(carmilla::Context& context) {
  return context.Stream<models::orders>()
      .Transform([](const models::orders& row) -> OrdersReport {
        return {
            .id = row.id,
            .user_id = row.user_id,
            .amount = row.amount,
            .class_ = row.class_,
            .mood = row.mood,
        };
      })
      .WriteParquet("orders_report");
}

CARMILLA_TASK(WriteOrdersReport, .name = "orders_report");

}  // namespace
)golden";

constexpr char kTest[] =
    R"golden(// A test to begin with, which needs no database. The file is yours.
#include <carmilla/testing.h>
#include <gtest/gtest.h>

)golden"
    "#include \"models/orders.h\"\n"
    R"golden(
namespace {

// What the test looks at: some columns of the task's table.
struct Written {
  int64_t id;
};
CARMILLA_RECORD(Written, id);

TEST(OrdersReportTest, ARowBecomesARow) {
  carmilla::TestTask test;
  const models::orders row{};  // Zero, empty, NULL; `{.id = 7}` says more.
  test.Give<models::orders>({row});
  const arrow::Status status = test.Run("orders_report");
  ASSERT_TRUE(status.ok()) << status;
  const auto written = test.Written<Written>("orders_report");
  ASSERT_TRUE(written.ok()) << written.status();
  ASSERT_EQ(written->size(), 1U);
  EXPECT_EQ(written->front().id, row.id);
}

}  // namespace
)golden";

arrow::Result<ModelHeader> HeaderOf(const TableDescription& table) {
  return WriteModelHeader(
      table, {.relation = "public.orders", .query_file = "", .columns = {}, .name = ""});
}

TableDescription TableOfColumns(std::vector<ColumnDescription> columns) {
  return TableOf({.schema = "public", .name = "orders"}, std::move(columns));
}

ModelHeader HeaderNamed(const std::string& name) {
  return {.path = "", .name_space = "models", .name = name, .members = {}, .text = ""};
}

TEST(TaskTemplateTest, ATaskCopiesTheFirstColumns) {
  const auto header = HeaderOf(Orders());
  ASSERT_THAT(header, IsOk());
  EXPECT_EQ(WriteTaskTemplate(*header, "models/orders.h", "orders_report"), kTask);
}

TEST(TaskTemplateTest, ATestGivesARowAndLooksAtTheOneThatWasWritten) {
  const auto header = HeaderOf(Orders());
  ASSERT_THAT(header, IsOk());
  EXPECT_EQ(WriteTaskTestTemplate(*header, "models/orders.h", "orders_report"), kTest);
}

TEST(TaskTemplateTest, ATestComparesNoLists) {
  const auto header = HeaderOf(TableOfColumns({ColumnOf("tags", ArrayOf(TextType()))}));
  ASSERT_THAT(header, IsOk());
  const std::string test =
      WriteTaskTestTemplate(*header, "models/orders.h", "orders_report");
  EXPECT_THAT(test, HasSubstr("ASSERT_EQ(written->size(), 1U);\n}\n"));
}

TEST(TaskTemplateTest, ATableThatCanHaveNoRowsIsGivenNone) {
  PostgresType empty = *UserType("empty", PostgresTypeKind::kEnum);
  empty.schema = "public";
  empty.enum_labels.clear();
  const auto type = std::make_shared<const PostgresType>(empty);
  const auto header = HeaderOf(TableOfColumns(
      {ColumnOf("id", BigintType()), ColumnOf("state", type, /*is_not_null=*/true)}));
  ASSERT_THAT(header, IsOk());
  const std::string test =
      WriteTaskTestTemplate(*header, "models/orders.h", "orders_report");
  EXPECT_THAT(test, HasSubstr("NoRowsBecomeNoRows"));
  EXPECT_THAT(test, Not(HasSubstr("Give")));
  const auto nullable =
      HeaderOf(TableOfColumns({ColumnOf("id", BigintType()), ColumnOf("state", type)}));
  ASSERT_THAT(nullable, IsOk());
  EXPECT_THAT(WriteTaskTestTemplate(*nullable, "models/orders.h", "orders_report"),
              HasSubstr("Give"));
}

TEST(TaskTemplateTest, NoMemberHasTheNameOfItsStruct) {
  const auto header = HeaderOf(TableOfColumns(
      {ColumnOf("OrdersReport", BigintType()), ColumnOf("Written", BigintType())}));
  ASSERT_THAT(header, IsOk());
  EXPECT_THAT(
      WriteTaskTemplate(*header, "models/orders.h", "orders_report"),
      HasSubstr("struct OrdersReport_ {\n  std::optional<int64_t> OrdersReport;"));
  const auto written = HeaderOf(TableOfColumns({ColumnOf("Written", BigintType())}));
  ASSERT_THAT(written, IsOk());
  EXPECT_THAT(WriteTaskTestTemplate(*written, "models/orders.h", "orders_report"),
              HasSubstr("struct Written_ {"));
}

TEST(TaskTemplateTest, TheReportHasANameThatALakeTakes) {
  EXPECT_EQ(ReportNameOf(HeaderNamed("orders"), {}), "orders_report");
  EXPECT_EQ(ReportNameOf(HeaderNamed("OrderItem"), {}), "orderitem_report");
  EXPECT_EQ(ReportNameOf(HeaderNamed("_2024"), {}), "2024_report");
  EXPECT_EQ(ReportNameOf(HeaderNamed("_"), {}), "table_report");
}

TEST(TaskTemplateTest, TheReportDoesNotHaveTheNameOfATable) {
  const ModelHeader orders = HeaderNamed("orders");
  EXPECT_EQ(ReportNameOf(orders, {"orders", "orders_report"}), "orders_report_2");
  EXPECT_EQ(ReportNameOf(orders, {"orders_report", "orders_report_2"}),
            "orders_report_3");
}

}  // namespace
}  // namespace carmilla
