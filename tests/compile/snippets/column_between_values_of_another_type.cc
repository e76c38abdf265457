// expect: the column has another type: compare it with values of the type that the
// generated header has
#include "prelude.h"

#ifdef BAD
const auto some = models::orders::columns.id.Between("1", "9");
#else
const auto some = models::orders::columns.id.Between(1, 9);
#endif
