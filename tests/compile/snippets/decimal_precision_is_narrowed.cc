// expect: this Decimal would lose digits: use carmilla::Round<P, S>(value) with the P and
// S of the narrower type
#include "prelude.h"

#ifdef BAD
carmilla::Decimal<10, 2> Compute(carmilla::Decimal<18, 2> amount) { return amount; }
#else
carmilla::Decimal<10, 2> Compute(carmilla::Decimal<18, 2> amount) {
  return carmilla::Round<10, 2>(amount);
}
#endif
