#include "codegen/task_template.h"

#include <gtest/gtest.h>

#include "codegen/model_fixture.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

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

ModelHeader HeaderNamed(const std::string& name) {
  return {.path = "", .name_space = "models", .name = name, .members = {}, .text = ""};
}

TEST(TaskTemplateTest, ATaskCopiesTheFirstColumns) {
  const auto header = WriteModelHeader(
      Orders(),
      {.relation = "public.orders", .query_file = "", .columns = {}, .name = ""});
  ASSERT_THAT(header, IsOk());
  EXPECT_EQ(WriteTaskTemplate(*header, "models/orders.h"), kTask);
}

TEST(TaskTemplateTest, TheReportHasANameThatALakeTakes) {
  EXPECT_EQ(ReportNameOf(HeaderNamed("orders")), "orders_report");
  EXPECT_EQ(ReportNameOf(HeaderNamed("OrderItem")), "orderitem_report");
  EXPECT_EQ(ReportNameOf(HeaderNamed("_2024")), "2024_report");
  EXPECT_EQ(ReportNameOf(HeaderNamed("_")), "table_report");
}

}  // namespace
}  // namespace carmilla
