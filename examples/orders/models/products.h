// clang-format off
// Written by `carmilla generate public.products`; do not edit, run it again.
#pragma once

#include <carmilla/model.h>

namespace models {

struct products {
  int64_t id;
  std::string_view name;
  carmilla::Decimal<12, 2> price;
  int32_t quantity;
  bool approved;

  struct Columns {
    static constexpr carmilla::Column<int64_t> id{"id", "bigint"};
    static constexpr carmilla::Column<std::string_view> name{"name", "text"};
    static constexpr carmilla::Column<carmilla::Decimal<12, 2>> price{"price",
                                                                      "numeric(12,2)"};
    static constexpr carmilla::Column<int32_t> quantity{"quantity", "integer"};
    static constexpr carmilla::Column<bool> approved{"approved", "boolean"};
  };
  static constexpr Columns columns{};
  static constexpr carmilla::Relation kRelation{.schema = "public",
                                                .name = "products",
                                                .query = "",
                                                .fingerprint = "7e88592e454c1f43"};
};
CARMILLA_MODEL(products, id, name, price, quantity, approved);

}  // namespace models
