// expect: a parameter of a query is a bool, number, text, Decimal, date or time, Uuid,
// Bytes, Json or enum of a header, std::optional of one, or std::vector of these
#include "prelude.h"

struct Total {
  int64_t orders;
};
CARMILLA_RECORD(Total, orders);

struct Money {
  int64_t cents;
};

inline arrow::Status Read(carmilla::Context& context, const Money& least) {
  const std::string sql = "SELECT count(*) AS orders FROM public.orders WHERE cents > $1";
#ifdef BAD
  return context.Query<Total>(sql, least).Collect().status();
#else
  return context.Query<Total>(sql, least.cents).Collect().status();
#endif
}
