// expect: Part::total: models::orders has no such column: correct the name, or write the
// header again with `carmilla generate`
#include "prelude.h"

namespace models {

struct orders {
  int64_t id;
  std::optional<int64_t> user_id;
  carmilla::Decimal<15, 2> amount;

  struct Columns {
    static constexpr carmilla::Column<int64_t> id{"id", "bigint"};
    static constexpr carmilla::NullableColumn<int64_t> user_id{"user_id", "bigint"};
    static constexpr carmilla::Column<carmilla::Decimal<15, 2>> amount{"amount",
                                                                       "numeric(15,2)"};
  };
  static constexpr Columns columns{};
  static constexpr carmilla::Relation kRelation{.schema = "public", .name = "orders"};
};
CARMILLA_MODEL(orders, id, user_id, amount);

}  // namespace models

#ifdef BAD
struct Part {
  carmilla::Decimal<15, 2> total;
};
CARMILLA_VIEW(Part, models::orders, total);
#else
struct Part {
  carmilla::Decimal<15, 2> amount;
};
CARMILLA_VIEW(Part, models::orders, amount);
#endif
