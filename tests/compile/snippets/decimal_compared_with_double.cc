// expect: a floating point number is not exact: make a decimal of it with
// carmilla::Round<P, S>(value)
#include "prelude.h"

using namespace carmilla::literals;  // NOLINT(google-build-using-namespace)

#ifdef BAD
bool Compute(carmilla::Decimal<15, 2> amount) { return amount > 0.5; }
#else
bool Compute(carmilla::Decimal<15, 2> amount) { return amount > 0.5_decimal; }
#endif
