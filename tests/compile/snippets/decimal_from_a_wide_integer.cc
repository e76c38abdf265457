// expect: this Decimal would lose digits: use carmilla::Round<P, S>(value) with the P and
// S of the narrower type
#include "prelude.h"

#ifdef BAD
carmilla::Decimal<5, 2> Compute(int count) { return count; }
#else
carmilla::Decimal<5, 2> Compute(int count) { return carmilla::Round<5, 2>(count); }
#endif
