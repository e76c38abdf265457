// What SQL says best is left to the server; what an earlier task wrote comes from the
// lake.
#include <carmilla/carmilla.h>

#include "models/orders.h"

namespace {

using carmilla::Date;

struct ProductSales {
  std::string name;
  int64_t orders;
  carmilla::Decimal<38, 2> amount;
};
CARMILLA_RECORD(ProductSales, name, orders, amount);

// Values are parameters, never text in the SQL.
arrow::Status SalesByProduct(carmilla::Context& context) {
  using namespace std::chrono_literals;
  const std::vector not_sold = {models::order_status::cancelled};
  return context
      .Query<ProductSales>(
          "SELECT p.name, count(*) AS orders, sum(o.amount) AS amount"
          " FROM public.orders o JOIN public.products p ON p.id = o.product_id"
          " WHERE o.created_at >= $1 AND o.status <> ALL ($2) GROUP BY p.name",
          Date::From(2024y / 2 / 1), not_sold)
      .WriteParquet("product_sales", {.key = "name"});
}
CARMILLA_TASK(SalesByProduct, .name = "product_sales", .groups = {"small"});

arrow::Status BestProducts(carmilla::Context& context) {
  return context.Lake<ProductSales>("product_sales")
      .Filter([](const ProductSales& sales) { return sales.amount >= 50'000; })
      .WriteParquet("best_products", {.key = "name"});
}
CARMILLA_TASK(BestProducts, .name = "best_products", .groups = {"small"},
              .after = {"product_sales"});

}  // namespace
