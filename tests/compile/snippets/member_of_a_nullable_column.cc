// expect: Part::user_id: the column may be NULL: make the member std::optional
#include "prelude.h"

struct Part {
  int64_t id;
#ifdef BAD
  int64_t user_id;
#else
  std::optional<int64_t> user_id;
#endif
};
CARMILLA_VIEW(Part, models::orders, id, user_id);
