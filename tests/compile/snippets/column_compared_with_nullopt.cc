// expect: a comparison with NULL is never true: use IsNull() or IsNotNull(), or the value
// of the optional
#include "prelude.h"

#ifdef BAD
const auto nobodys = models::orders::columns.user_id == std::nullopt;
#else
const auto nobodys = models::orders::columns.user_id.IsNull();
#endif
