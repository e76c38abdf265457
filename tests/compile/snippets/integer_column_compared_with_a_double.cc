// expect: the column has another type: compare it with values of the type that the
// generated header has
#include "prelude.h"

#ifdef BAD
const auto few = models::orders::columns.id < 1.5;
#else
const auto few = models::orders::columns.id < 2;
#endif
