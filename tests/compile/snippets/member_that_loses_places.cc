// expect: Part::amount: the member would lose digits of the column: give it the type that
// the generated header has, or a wider one
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
  carmilla::Decimal<15, 1> amount;
#else
  carmilla::Decimal<18, 4> amount;
#endif
};
CARMILLA_VIEW(Part, models::orders, id, amount);
