// clang-format off
// Written by `carmilla generate public.users`; do not edit, run it again.
#pragma once

#include <carmilla/model.h>

namespace models {

struct users {
  int64_t id;
  std::string_view name;
  std::string_view country;
  std::optional<std::string_view> email;
  carmilla::TimestampTz created_at;

  struct Columns {
    static constexpr carmilla::Column<int64_t> id{"id", "bigint"};
    static constexpr carmilla::Column<std::string_view> name{"name", "text"};
    static constexpr carmilla::Column<std::string_view> country{"country", "text"};
    static constexpr carmilla::NullableColumn<std::string_view> email{"email", "text"};
    static constexpr carmilla::Column<carmilla::TimestampTz> created_at{
        "created_at", "timestamp with time zone"};
  };
  static constexpr Columns columns{};
  static constexpr carmilla::Relation kRelation{.schema = "public",
                                                .name = "users",
                                                .query = "",
                                                .fingerprint = "aee10d8b5b657cfe"};
};
CARMILLA_MODEL(users, id, name, country, email, created_at);

}  // namespace models
