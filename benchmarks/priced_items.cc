// The typed task of `make bench`: what was paid for each item, with the date of its
// order.
#include <carmilla/carmilla.h>

#include "models/items.h"
#include "models/orders.h"

namespace {

using carmilla::Date;

struct PricedItem {
  int64_t order_key;
  Date ordered_on;
  Date shipped_on;
  carmilla::Decimal<38, 4> discounted;
  carmilla::Decimal<38, 6> charged;
};
CARMILLA_RECORD(PricedItem, order_key, ordered_on, shipped_on, discounted, charged);

arrow::Status PricedItems(carmilla::Context& context) {
  using namespace std::chrono_literals;
  ARROW_ASSIGN_OR_RAISE(const auto orders, context.Load<models::orders>());
  ARROW_ASSIGN_OR_RAISE(const auto by_key, orders.IndexBy(&models::orders::o_orderkey));
  const Date last = Date::From(1998y / 9 / 2);
  return context.Stream<models::items>()
      .Filter([=](const models::items& item) { return item.l_shipdate <= last; })
      .Join(by_key, &models::items::l_orderkey,
            [](const models::items& item, const models::orders& order) -> PricedItem {
              const auto discounted = item.l_extendedprice * (1 - item.l_discount);
              return {.order_key = item.l_orderkey,
                      .ordered_on = order.o_orderdate,
                      .shipped_on = item.l_shipdate,
                      .discounted = discounted,
                      .charged = discounted * (1 + item.l_tax)};
            })
      .WriteParquet("priced_items");
}
CARMILLA_TASK(PricedItems, .name = "priced_items");

}  // namespace

int main(int argc, char** argv) { return carmilla::Main(argc, argv); }
