// expect: a Timestamp has no time zone and a TimestampTz has one: use
// carmilla::InZone(value, zone)
#include "prelude.h"

#ifdef BAD
carmilla::Timestamp Compute(carmilla::TimestampTz at,
                            [[maybe_unused]] const carmilla::TimeZone& zone) {
  return at;
}
#else
carmilla::Timestamp Compute(carmilla::TimestampTz at,
                            [[maybe_unused]] const carmilla::TimeZone& zone) {
  return carmilla::InZone(at, zone);
}
#endif
