// expect: this Decimal would lose digits: use carmilla::Round<P, S>(value) with the P and
// S of the narrower type
#include "prelude.h"

#ifdef BAD
carmilla::Decimal<18, 2> Compute(carmilla::Decimal<15, 2> amount,
                                 carmilla::Decimal<5, 4> tax) {
  return amount * (1 + tax);
}
#else
carmilla::Decimal<18, 2> Compute(carmilla::Decimal<15, 2> amount,
                                 carmilla::Decimal<5, 4> tax) {
  return carmilla::Round<18, 2>(amount * (1 + tax));
}
#endif
