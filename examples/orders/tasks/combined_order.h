#pragma once

#include <carmilla/carmilla.h>

#include "models/currencies.h"
#include "models/orders.h"
#include "models/products.h"
#include "models/taxes.h"
#include "models/users.h"

/// An order with its user, its product, its tax and its worth in US dollars.
struct CombinedOrder {
  int64_t order_id;
  std::string_view user_name;
  std::optional<std::string_view> email;
  std::string_view product;
  carmilla::Decimal<15, 2> amount;
  carmilla::Decimal<18, 2> amount_with_tax;
  carmilla::Decimal<18, 2> amount_usd;
  int64_t cents_usd;
  int32_t year;
  int32_t month;
};
CARMILLA_RECORD(CombinedOrder, order_id, user_name, email, product, amount,
                amount_with_tax, amount_usd, cents_usd, year, month);

/// What an order is joined with, in memory.
class OrderLookups {
 public:
  static arrow::Result<OrderLookups> Load(carmilla::Context& context);

  /// Nothing for an order without a user.
  std::optional<CombinedOrder> Combine(const models::orders& order) const;

 private:
  template <typename Key, typename T>
  using Found = std::optional<carmilla::Index<Key, T>>;

  Found<int64_t, models::users> users_;
  Found<int64_t, models::products> products_;
  Found<std::string_view, models::currencies> currencies_;
  Found<std::string_view, models::taxes> taxes_;
};
