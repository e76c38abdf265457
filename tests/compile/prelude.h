// Precompiled as a main file, where #pragma once is a warning.
#ifndef CARMILLA_TESTS_COMPILE_PRELUDE_H
#define CARMILLA_TESTS_COMPILE_PRELUDE_H

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "carmilla/bytes.h"
#include "carmilla/context.h"
#include "carmilla/decimal.h"
#include "carmilla/enum_labels.h"
#include "carmilla/json.h"
#include "carmilla/model.h"
#include "carmilla/time_unit.h"
#include "carmilla/timestamp.h"
#include "carmilla/uuid.h"

// As `carmilla generate` writes it.
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

#endif  // CARMILLA_TESTS_COMPILE_PRELUDE_H
