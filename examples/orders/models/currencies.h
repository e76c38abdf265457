// clang-format off
// Written by `carmilla generate public.currencies`; do not edit, run it again.
#pragma once

#include <carmilla/model.h>

namespace models {

struct currencies {
  std::string_view code;
  /// US dollars for one unit
  carmilla::Decimal<12, 6> usd_rate;

  struct Columns {
    static constexpr carmilla::Column<std::string_view> code{"code", "text"};
    static constexpr carmilla::Column<carmilla::Decimal<12, 6>> usd_rate{"usd_rate",
                                                                         "numeric(12,6)"};
  };
  static constexpr Columns columns{};
  static constexpr carmilla::Relation kRelation{.schema = "public",
                                                .name = "currencies",
                                                .query = "",
                                                .fingerprint = "d6a8e63e6577667a"};
};
CARMILLA_MODEL(currencies, code, usd_rate);

}  // namespace models
