// clang-format off
// Written by `carmilla generate public.orders --columns o_orderkey,o_orderdate`; do not edit, run it again.
#pragma once

#include <carmilla/model.h>

namespace models {

struct orders {
  int64_t o_orderkey;
  carmilla::Date o_orderdate;

  struct Columns {
    static constexpr carmilla::Column<int64_t> o_orderkey{"o_orderkey", "bigint"};
    static constexpr carmilla::Column<carmilla::Date> o_orderdate{"o_orderdate", "date"};
  };
  static constexpr Columns columns{};
  static constexpr carmilla::Relation kRelation{.schema = "public",
                                                .name = "orders",
                                                .query = "",
                                                .fingerprint = "f916b5332696b6da"};
};
CARMILLA_MODEL(orders, o_orderkey, o_orderdate);

}  // namespace models
