// expect: a floating point number is not exact: make a decimal of it with
// carmilla::Round<P, S>(value)
#include "prelude.h"

#ifdef BAD
carmilla::Decimal<18, 2> Compute(carmilla::Decimal<15, 2> amount) {
  return carmilla::Round<18, 2>(amount * 1.19);
}
#else
carmilla::Decimal<18, 2> Compute(carmilla::Decimal<15, 2> amount) {
  return carmilla::Round<18, 2>(amount * carmilla::Round<3, 2>(1.19));
}
#endif
