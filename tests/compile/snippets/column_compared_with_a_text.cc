// expect: the column has another type: compare it with values of the type that the
// generated header has
#include "prelude.h"

#ifdef BAD
const auto one = models::orders::columns.id == "1";
#else
const auto one = models::orders::columns.id == 1;
#endif
