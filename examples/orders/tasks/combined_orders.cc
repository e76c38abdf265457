// The same table in the three ways that there are, for small, large and huge tables.
#include "tasks/combined_order.h"

namespace {

// All orders are in memory before the first is written: they can be looked up, sorted,
// counted.
arrow::Status InMemory(carmilla::Context& context) {
  ARROW_ASSIGN_OR_RAISE(const auto lookups, OrderLookups::Load(context));
  ARROW_ASSIGN_OR_RAISE(const auto orders, context.Load<models::orders>());
  std::vector<CombinedOrder> combined;
  for (const models::orders& order : orders) {
    if (auto one = lookups.Combine(order)) combined.push_back(*one);
  }
  return context.From(std::move(combined)).WriteParquet("combined_orders_in_memory");
}
CARMILLA_TASK(InMemory, .name = "in_memory", .groups = {"small"});

// Orders pass through, however many there are; the server leaves out what is cancelled.
arrow::Status Streaming(carmilla::Context& context) {
  ARROW_ASSIGN_OR_RAISE(const auto lookups, OrderLookups::Load(context));
  const auto& columns = models::orders::columns;
  return context
      .Stream<models::orders>(columns.status != models::order_status::cancelled &&
                              columns.user_id.IsNotNull())
      .Transform([&](const models::orders& order) { return lookups.Combine(order); })
      .WriteParquet("combined_orders", {.key = "order_id"});
}
CARMILLA_TASK(Streaming, .name = "combined_orders", .groups = {"streaming"},
              .schedule = "0 3 * * *");

// A file for each month, on several threads.
arrow::Status Windows(carmilla::Context& context) {
  using carmilla::Date;
  using namespace std::chrono_literals;
  ARROW_ASSIGN_OR_RAISE(const auto lookups, OrderLookups::Load(context));
  return context
      .Windows<models::orders>(models::orders::columns.created_at,
                               carmilla::Every::kMonth, Date::From(2024y / 1 / 1),
                               Date::From(2024y / 4 / 1))
      .ParallelTransform(
          [&](const models::orders& order) { return lookups.Combine(order); })
      .WriteParquet("combined_orders_by_month");
}
CARMILLA_TASK(Windows, .name = "by_month", .groups = {"streaming"},
              .after = {"combined_orders"});

struct Spending {
  std::optional<int64_t> user_id;
  int64_t orders;
  carmilla::Decimal<38, 2> amount;
};
CARMILLA_RECORD(Spending, user_id, orders, amount);

// Sums for each user, in the memory of the users.
arrow::Status SpendingByUser(carmilla::Context& context) {
  ARROW_ASSIGN_OR_RAISE(const auto sums,
                        context.Stream<models::orders>().SumBy(&models::orders::user_id,
                                                               &models::orders::amount));
  std::vector<Spending> spending;
  for (const auto& [user, sum] : sums) spending.push_back({user, sum.rows, sum.sum});
  return context.From(std::move(spending)).WriteParquet("spending");
}
CARMILLA_TASK(SpendingByUser, .name = "spending", .groups = {"small"});

}  // namespace
