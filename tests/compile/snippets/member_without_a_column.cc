// expect: Part::total: models::orders has no such column: correct the name, or write the
// header again with `carmilla generate`
#include "prelude.h"

#ifdef BAD
struct Part {
  carmilla::Decimal<15, 2> total;
};
CARMILLA_VIEW(Part, models::orders, total);
#else
struct Part {
  carmilla::Decimal<15, 2> amount;
};
CARMILLA_VIEW(Part, models::orders, amount);
#endif
