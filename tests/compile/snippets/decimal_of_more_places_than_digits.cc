// expect: of a Decimal's digits, none or more stand behind the point, and at most all of
// them
#include "prelude.h"

#ifdef BAD
carmilla::Decimal<3, 5> amount;
#else
carmilla::Decimal<5, 5> amount;
#endif
