// expect: GroupBy takes keys that have a std::hash, and this type has none
#include "prelude.h"

struct User {
  int64_t id;
  std::string_view name;
};
CARMILLA_RECORD(User, id, name);

#ifdef BAD
auto Count(carmilla::Rows<User> users) {
  return std::move(users).GroupBy([](const User& user) { return user; }, 0,
                                  [](int& count, const User&) { ++count; });
}
#else
auto Count(carmilla::Rows<User> users) {
  return std::move(users).GroupBy(&User::name, 0,
                                  [](int& count, const User&) { ++count; });
}
#endif
