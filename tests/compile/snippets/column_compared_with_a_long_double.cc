// expect: the column has another type: compare it with values of the type that the
// generated header has
#include "prelude.h"

constexpr carmilla::Column<double> kWidth{"width", "double precision"};

#ifdef BAD
const auto wide = kWidth > 0.1L;
#else
const auto wide = kWidth > 0.1;
#endif
