// expect: a Decimal has 1 to 38 digits
#include "prelude.h"

#ifdef BAD
carmilla::Decimal<39, 2> amount;
#else
carmilla::Decimal<38, 2> amount;
#endif
