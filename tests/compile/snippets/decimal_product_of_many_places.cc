// expect: this product would have more than 38 digits behind the point: round a factor
// first, with carmilla::Round<P, S>(factor)
#include "prelude.h"

#ifdef BAD
bool Compute(carmilla::Decimal<38, 20> a, carmilla::Decimal<38, 19> b) {
  return (a * b).is_valid();
}
#else
bool Compute(carmilla::Decimal<38, 20> a, carmilla::Decimal<38, 19> b) {
  return (a * carmilla::Round<38, 18>(b)).is_valid();
}
#endif
