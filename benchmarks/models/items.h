// clang-format off
// Written by `carmilla generate public.items --columns l_orderkey,l_extendedprice,l_discount,l_tax,l_shipdate`; do not edit, run it again.
#pragma once

#include <carmilla/model.h>

namespace models {

struct items {
  int64_t l_orderkey;
  carmilla::Decimal<15, 2> l_extendedprice;
  carmilla::Decimal<15, 2> l_discount;
  carmilla::Decimal<15, 2> l_tax;
  carmilla::Date l_shipdate;

  struct Columns {
    static constexpr carmilla::Column<int64_t> l_orderkey{"l_orderkey", "bigint"};
    static constexpr carmilla::Column<carmilla::Decimal<15, 2>> l_extendedprice{
        "l_extendedprice", "numeric(15,2)"};
    static constexpr carmilla::Column<carmilla::Decimal<15, 2>> l_discount{
        "l_discount", "numeric(15,2)"};
    static constexpr carmilla::Column<carmilla::Decimal<15, 2>> l_tax{"l_tax",
                                                                      "numeric(15,2)"};
    static constexpr carmilla::Column<carmilla::Date> l_shipdate{"l_shipdate", "date"};
  };
  static constexpr Columns columns{};
  static constexpr carmilla::Relation kRelation{.schema = "public",
                                                .name = "items",
                                                .query = "",
                                                .fingerprint = "19c69ea0a8027931"};
};
CARMILLA_MODEL(items, l_orderkey, l_extendedprice, l_discount, l_tax, l_shipdate);

}  // namespace models
