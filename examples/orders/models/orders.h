// clang-format off
// Written by `carmilla generate public.orders`; do not edit, run it again.
#pragma once

#include <carmilla/model.h>

#ifndef CARMILLA_ENUM_models_order_status
#define CARMILLA_ENUM_models_order_status 0xdd847ce60478890e
namespace models {

enum class order_status {
  pending,
  paid,
  cancelled,
};

}  // namespace models

template <>
struct carmilla::EnumLabels<models::order_status> {
  static constexpr std::array<std::string_view, 3> kLabels{
      "pending",
      "paid",
      "cancelled",
  };
};
#elif CARMILLA_ENUM_models_order_status != 0xdd847ce60478890e
#error "two headers differ about models::order_status: run `carmilla generate`"
#endif

namespace models {

struct orders {
  int64_t id;
  std::optional<int64_t> user_id;
  int64_t product_id;
  int32_t quantity;
  carmilla::Decimal<15, 2> amount;
  std::string_view currency;
  models::order_status status;
  carmilla::TimestampTz created_at;

  struct Columns {
    static constexpr carmilla::Column<int64_t> id{"id", "bigint"};
    static constexpr carmilla::NullableColumn<int64_t> user_id{"user_id", "bigint"};
    static constexpr carmilla::Column<int64_t> product_id{"product_id", "bigint"};
    static constexpr carmilla::Column<int32_t> quantity{"quantity", "integer"};
    static constexpr carmilla::Column<carmilla::Decimal<15, 2>> amount{"amount",
                                                                       "numeric(15,2)"};
    static constexpr carmilla::Column<std::string_view> currency{"currency", "text"};
    static constexpr carmilla::Column<models::order_status> status{"status",
                                                                   "public.order_status"};
    static constexpr carmilla::Column<carmilla::TimestampTz> created_at{
        "created_at", "timestamp with time zone"};
  };
  static constexpr Columns columns{};
  static constexpr carmilla::Relation kRelation{.schema = "public",
                                                .name = "orders",
                                                .query = "",
                                                .fingerprint = "e4ce119f86be2cb1"};
};
CARMILLA_MODEL(orders, id, user_id, product_id, quantity, amount, currency, status,
               created_at);

}  // namespace models
