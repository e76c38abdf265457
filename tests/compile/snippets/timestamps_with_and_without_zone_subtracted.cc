// expect: a Timestamp and a TimestampTz have no difference: convert one with
// carmilla::InZone(value, zone) or carmilla::FromZone(value, zone)
#include "prelude.h"

#ifdef BAD
std::chrono::microseconds Compute(carmilla::Timestamp from, carmilla::TimestampTz at) {
  return at - from;
}
#else
std::chrono::microseconds Compute(carmilla::Timestamp from, carmilla::TimestampTz at) {
  return at.InUtc() - from;
}
#endif
