// expect: SumBy adds up numbers and decimals, and this is neither
#include "prelude.h"

struct User {
  int64_t id;
  std::string_view name;
};
CARMILLA_RECORD(User, id, name);

#ifdef BAD
auto Sums(carmilla::Rows<User> users) {
  return std::move(users).SumBy(&User::name, &User::name);
}
#else
auto Sums(carmilla::Rows<User> users) {
  return std::move(users).SumBy(&User::name, &User::id);
}
#endif
