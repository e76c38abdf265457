// expect: a floating point number is not exact: make a decimal of it with
// carmilla::Round<P, S>(value)
#include "prelude.h"

using namespace carmilla::literals;  // NOLINT(google-build-using-namespace)

#ifdef BAD
void Add(carmilla::Decimal<15, 2>& sum) { sum += 0.5; }
#else
void Add(carmilla::Decimal<15, 2>& sum) { sum += 0.5_decimal; }
#endif
