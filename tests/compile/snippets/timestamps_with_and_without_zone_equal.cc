// expect: a Timestamp and a TimestampTz cannot be compared: convert one with
// carmilla::InZone(value, zone) or carmilla::FromZone(value, zone)
#include "prelude.h"

#ifdef BAD
bool Compute(carmilla::Timestamp from, carmilla::TimestampTz at) { return from == at; }
#else
bool Compute(carmilla::Timestamp from, carmilla::TimestampTz at) {
  return from == at.InUtc();
}
#endif
