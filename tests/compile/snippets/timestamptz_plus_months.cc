// expect: what a month later is depends on the time zone: use carmilla::Add(value,
// interval, zone)
#include "prelude.h"

#ifdef BAD
carmilla::TimestampTz Compute(carmilla::TimestampTz at,
                              [[maybe_unused]] const carmilla::TimeZone& zone) {
  return at + std::chrono::months(1);
}
#else
carmilla::TimestampTz Compute(carmilla::TimestampTz at,
                              [[maybe_unused]] const carmilla::TimeZone& zone) {
  return carmilla::Add(at, {.months = 1}, zone);
}
#endif
