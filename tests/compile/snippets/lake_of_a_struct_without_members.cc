// expect: rows are read into a struct of a generated header, or into one of your own
// whose members CARMILLA_RECORD tells
#include "prelude.h"

struct Spending {
  int64_t user_id;
};
#ifndef BAD
CARMILLA_RECORD(Spending, user_id);
#endif

inline arrow::Status Read(carmilla::Context& context) {
  return context.Lake<Spending>("spending").Collect().status();
}
