// expect: Part::amount: the member would lose digits of the column: give it the type that
// the generated header has, or a wider one
#include "prelude.h"

struct Part {
  int64_t id;
#ifdef BAD
  carmilla::Decimal<15, 1> amount;
#else
  carmilla::Decimal<18, 4> amount;
#endif
};
CARMILLA_VIEW(Part, models::orders, id, amount);
