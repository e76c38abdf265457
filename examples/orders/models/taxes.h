// clang-format off
// Written by `carmilla generate public.taxes`; do not edit, run it again.
#pragma once

#include <carmilla/model.h>

namespace models {

struct taxes {
  std::string_view country;
  carmilla::Decimal<5, 4> rate;

  struct Columns {
    static constexpr carmilla::Column<std::string_view> country{"country", "text"};
    static constexpr carmilla::Column<carmilla::Decimal<5, 4>> rate{"rate",
                                                                    "numeric(5,4)"};
  };
  static constexpr Columns columns{};
  static constexpr carmilla::Relation kRelation{.schema = "public",
                                                .name = "taxes",
                                                .query = "",
                                                .fingerprint = "8d43d501bebe5918"};
};
CARMILLA_MODEL(taxes, country, rate);

}  // namespace models
