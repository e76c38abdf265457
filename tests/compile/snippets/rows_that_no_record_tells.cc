// expect: WriteParquet takes rows whose members CARMILLA_RECORD tells
#include "prelude.h"

struct User {
  int64_t id;
  std::string_view name;
};
CARMILLA_RECORD(User, id, name);

#ifdef BAD
carmilla::WriteResult Write(carmilla::Rows<User> users) {
  return std::move(users).Transform(&User::id).WriteParquet("ids");
}
#else
carmilla::WriteResult Write(carmilla::Rows<User> users) {
  return std::move(users).WriteParquet("users");
}
#endif
