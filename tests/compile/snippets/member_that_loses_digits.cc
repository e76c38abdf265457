// expect: Part::amount: the member would lose digits of the column: give it the type that
// the generated header has, or a wider one
#include "prelude.h"

struct Part {
  int64_t id;
#ifdef BAD
  carmilla::Decimal<14, 2> amount;
#else
  carmilla::Decimal<16, 2> amount;
#endif
};
CARMILLA_VIEW(Part, models::orders, id, amount);
