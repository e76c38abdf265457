// expect: a TimestampTz has a time zone and a Timestamp has none: use
// carmilla::FromZone(value, zone)
#include "prelude.h"

#ifdef BAD
carmilla::TimestampTz Compute(carmilla::Timestamp at,
                              [[maybe_unused]] const carmilla::TimeZone& zone) {
  return at;
}
#else
carmilla::TimestampTz Compute(carmilla::Timestamp at,
                              [[maybe_unused]] const carmilla::TimeZone& zone) {
  return carmilla::FromZone(at, zone);
}
#endif
