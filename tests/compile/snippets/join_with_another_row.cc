// expect: Join takes a function of the row and of what was found: (const Row&, const
// Found&), or (const Row&, const Found*) that gets every row
#include "prelude.h"

struct User {
  int64_t id;
  std::string_view name;
};
CARMILLA_RECORD(User, id, name);

#ifdef BAD
auto Owned(carmilla::Rows<models::orders> orders,
           const carmilla::Index<int64_t, User>& users) {
  return std::move(orders).Join(
      users, &models::orders::user_id,
      [](const models::orders& order, const models::orders&) { return order; });
}
#else
auto Owned(carmilla::Rows<models::orders> orders,
           const carmilla::Index<int64_t, User>& users) {
  return std::move(orders).Join(
      users, &models::orders::user_id,
      [](const auto& order, const auto& user) { return User{order.id, user.name}; });
}
#endif
