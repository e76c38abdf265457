// expect: a comparison with NULL is never true: use IsNull() or IsNotNull(), or the value
// of the optional
#include "prelude.h"

#ifdef BAD
auto Of(std::optional<int64_t> user) { return models::orders::columns.user_id == user; }
#else
auto Of(std::optional<int64_t> user) {
  return models::orders::columns.user_id == user.value();
}
#endif
