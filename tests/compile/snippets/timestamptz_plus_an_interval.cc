// expect: what a day or a month later is depends on the time zone: use
// carmilla::Add(value, interval, zone)
#include "prelude.h"

#ifdef BAD
carmilla::TimestampTz Compute(carmilla::TimestampTz at,
                              [[maybe_unused]] const carmilla::TimeZone& zone) {
  return at + carmilla::Interval{.days = 1};
}
#else
carmilla::TimestampTz Compute(carmilla::TimestampTz at,
                              [[maybe_unused]] const carmilla::TimeZone& zone) {
  return carmilla::Add(at, {.days = 1}, zone);
}
#endif
