// expect: Part::amount: the column has another type: give the member the type that the
// generated header has
#include "prelude.h"

struct Part {
  int64_t id;
#ifdef BAD
  int64_t amount;
#else
  carmilla::Decimal<15, 2> amount;
#endif
};
CARMILLA_VIEW(Part, models::orders, id, amount);
