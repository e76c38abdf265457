// A task without a database: it reads the rows that the test gives.
#include <carmilla/testing.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/combined_order.h"

namespace {

using carmilla::Decimal;
using carmilla::Round;

class CombinedOrdersTest : public testing::Test {
 protected:
  CombinedOrdersTest() {
    test_.Give<models::currencies>({{.code = "EUR", .usd_rate = Round<12, 6>(1.0837)}});
    test_.Give<models::taxes>({{.country = "DE", .rate = Round<5, 4>(0.19)}});
    test_.Give<models::products>({{.id = 1, .name = "lamp"}});
    test_.Give<models::users>({{.id = 7, .name = "Carmen", .country = "DE"}});
  }

  static models::orders Order(std::optional<int64_t> user_id) {
    return {.id = 100,
            .user_id = user_id,
            .product_id = 1,
            .amount = Round<15, 2>(200.5),
            .currency = "EUR"};
  }

  std::optional<CombinedOrder> Combine(const models::orders& order) {
    auto lookups = OrderLookups::Load(test_.context());
    EXPECT_TRUE(lookups.ok()) << lookups.status();
    lookups_ = *std::move(lookups);  // What is combined views them.
    return lookups_.Combine(order);
  }

  carmilla::TestTask test_;
  OrderLookups lookups_;
};

TEST_F(CombinedOrdersTest, TaxAndCurrencyAreExact) {
  const auto combined = Combine(Order(7));
  ASSERT_TRUE(combined.has_value());
  EXPECT_EQ(combined->user_name, "Carmen");
  EXPECT_EQ(combined->amount_with_tax.ToString(), "238.60");  // 238.595
  EXPECT_EQ(combined->amount_usd.ToString(), "258.57");       // 258.5654015
  EXPECT_EQ(combined->cents_usd, 25857);
}

TEST_F(CombinedOrdersTest, AnOrderWithoutUserIsLeftOut) {
  EXPECT_FALSE(Combine(Order(std::nullopt)).has_value());
  EXPECT_FALSE(Combine(Order(8)).has_value());
}

}  // namespace
