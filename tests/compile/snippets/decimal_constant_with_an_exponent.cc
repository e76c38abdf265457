// expect: a decimal constant is digits with at most one point, as 19.99_decimal
#include "prelude.h"

using namespace carmilla::literals;  // NOLINT(google-build-using-namespace)

#ifdef BAD
auto amount = 1e3_decimal;
#else
auto amount = 1000_decimal;
#endif
