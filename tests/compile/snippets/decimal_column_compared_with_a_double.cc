// expect: a floating point number is not exact: make a decimal of it with
// carmilla::Round<P, S>(value)
#include "prelude.h"

using namespace carmilla::literals;  // NOLINT(google-build-using-namespace)

#ifdef BAD
const auto large = models::orders::columns.amount > 99.995;
#else
const auto large = models::orders::columns.amount > 99.995_decimal &&
                   models::orders::columns.amount > 99;
#endif
