// expect: Part::amount: the column has another type: give the member the type that the
// generated header has
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

struct Part {
  int64_t id;
#ifdef BAD
  int64_t amount;
#else
  carmilla::Decimal<15, 2> amount;
#endif
};
CARMILLA_VIEW(Part, models::orders, id, amount);
