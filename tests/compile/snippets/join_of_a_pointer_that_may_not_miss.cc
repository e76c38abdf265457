// expect: OnMiss is for a function of (const Row&, const Found&): one that takes const
// Found* gets every row, with null for a miss
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
      [](const models::orders& order, const User* user) {
        return User{order.id, user == nullptr ? "" : user->name};
      },
      carmilla::OnMiss::kFail);
}
#else
auto Owned(carmilla::Rows<models::orders> orders,
           const carmilla::Index<int64_t, User>& users) {
  return std::move(orders)
      .Join(
          users, &models::orders::user_id,
          [](const models::orders& order, const User&) { return order; },
          carmilla::OnMiss::kFail)
      .Join(users, &models::orders::user_id,
            [](const models::orders& order, const User* user) {
              return User{order.id, user == nullptr ? "" : user->name};
            });
}
#endif
