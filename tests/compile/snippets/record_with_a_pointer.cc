// expect: Report::email: no column can hold its type: use one of those that docs/tasks.md
// lists, or std::optional of one
#include "prelude.h"

struct Report {
  int64_t id;
#ifdef BAD
  const char* email;
#else
  std::optional<std::string_view> email;
#endif
};
CARMILLA_RECORD(Report, id, email);
