// expect: Like is for columns of text, and this column is none
#include "prelude.h"

#ifdef BAD
const auto tens = models::orders::columns.id.Like("%0");
#else
const auto tens = models::orders::columns.id.In({10, 20});
#endif
