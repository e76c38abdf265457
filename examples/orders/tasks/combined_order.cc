#include "tasks/combined_order.h"

arrow::Result<OrderLookups> OrderLookups::Load(carmilla::Context& context) {
  ARROW_ASSIGN_OR_RAISE(const auto users, context.Load<models::users>());
  ARROW_ASSIGN_OR_RAISE(const auto products, context.Load<models::products>());
  ARROW_ASSIGN_OR_RAISE(const auto currencies, context.Load<models::currencies>());
  ARROW_ASSIGN_OR_RAISE(const auto taxes, context.Load<models::taxes>());
  OrderLookups lookups;
  ARROW_ASSIGN_OR_RAISE(lookups.users_, users.IndexBy(&models::users::id));
  ARROW_ASSIGN_OR_RAISE(lookups.products_, products.IndexBy(&models::products::id));
  ARROW_ASSIGN_OR_RAISE(lookups.currencies_,
                        currencies.IndexBy(&models::currencies::code));
  ARROW_ASSIGN_OR_RAISE(lookups.taxes_, taxes.IndexBy(&models::taxes::country));
  return lookups;
}

std::optional<CombinedOrder> OrderLookups::Combine(const models::orders& order) const {
  const models::users* const user = users_->Find(order.user_id);
  if (user == nullptr) return std::nullopt;
  const models::products* const product = products_->Find(order.product_id);
  const models::currencies* const currency = currencies_->Find(order.currency);
  const models::taxes* const tax = taxes_->Find(user->country);
  if (product == nullptr || currency == nullptr || tax == nullptr) return std::nullopt;
  // Exact up to here: 15 digits times 5 digits.
  const auto with_tax = order.amount * (1 + tax->rate);
  const auto usd = carmilla::Round<18, 2>(with_tax * currency->usd_rate);
  const carmilla::Date day = order.created_at.InUtc().date();
  return CombinedOrder{.order_id = order.id,
                       .user_name = user->name,
                       .email = user->email,
                       .product = product->name,
                       .amount = order.amount,
                       .amount_with_tax = carmilla::Round<18, 2>(with_tax),
                       .amount_usd = usd,
                       .cents_usd = usd.unscaled(),
                       .year = day.year(),
                       .month = day.month()};
}
