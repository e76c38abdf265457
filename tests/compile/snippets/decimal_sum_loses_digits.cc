// expect: this sum would lose digits: use carmilla::Round<P, S>(value) on what is added
#include "prelude.h"

#ifdef BAD
void Add(carmilla::Decimal<38, 2>& sum, carmilla::Decimal<18, 4> amount) {
  sum += amount;
}
#else
void Add(carmilla::Decimal<38, 2>& sum, carmilla::Decimal<18, 4> amount) {
  sum += carmilla::Round<18, 2>(amount);
}
#endif
