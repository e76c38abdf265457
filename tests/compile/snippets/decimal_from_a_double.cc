// expect: a floating point number is not exact: make a decimal of it with
// carmilla::Round<P, S>(value)
#include "prelude.h"

#ifdef BAD
carmilla::Decimal<15, 2> Compute(double amount) { return amount; }
#else
carmilla::Decimal<15, 2> Compute(double amount) { return carmilla::Round<15, 2>(amount); }
#endif
