// expect: Part::user_id: the column may be NULL: make the member std::optional
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
  int64_t user_id;
#else
  std::optional<int64_t> user_id;
#endif
};
CARMILLA_VIEW(Part, models::orders, id, user_id);
