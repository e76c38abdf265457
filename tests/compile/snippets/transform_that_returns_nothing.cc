// expect: Transform takes a function that returns a row: ForEach is for those that return
// nothing
#include "prelude.h"

struct User {
  int64_t id;
  std::string_view name;
};
CARMILLA_RECORD(User, id, name);

#ifdef BAD
auto Look(carmilla::Rows<User> users) {
  return std::move(users).Transform([](const User&) {});
}
#else
auto Look(carmilla::Rows<User> users) {
  return std::move(users).ForEach([](const User&) {});
}
#endif
