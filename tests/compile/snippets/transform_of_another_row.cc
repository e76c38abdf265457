// expect: Transform takes a function of one row: (const Row&), not mutable
#include "prelude.h"

struct User {
  int64_t id;
  std::string_view name;
};
CARMILLA_RECORD(User, id, name);

#ifdef BAD
auto Pick(carmilla::Rows<User> users) {
  return std::move(users).Transform([](const models::orders& order) { return order; });
}
#else
auto Pick(carmilla::Rows<User> users) {
  return std::move(users).Transform([](const User& user) { return user; });
}
#endif
