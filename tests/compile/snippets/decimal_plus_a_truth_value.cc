// expect: a truth value or a character is no number
#include "prelude.h"

using namespace carmilla::literals;  // NOLINT(google-build-using-namespace)

#ifdef BAD
carmilla::Decimal<16, 2> Compute(carmilla::Decimal<15, 2> amount, bool is_taxed) {
  return amount + is_taxed;
}
#else
carmilla::Decimal<16, 2> Compute(carmilla::Decimal<15, 2> amount, bool is_taxed) {
  return amount + (is_taxed ? 1_decimal : 0_decimal);
}
#endif
