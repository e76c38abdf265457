#pragma once

#include <string_view>

#include <arrow/result.h>

#include "carmilla/interval.h"
#include "carmilla/timestamp.h"

namespace carmilla {

namespace internal {
class ZoneRules;
}  // namespace internal

/// A time zone of the system's database (/usr/share/zoneinfo), which is also
/// PostgreSQL's. Found once, before the rows, and used for each; a small value that lives
/// as long as the program. Any thread may use it.
class TimeZone {
 public:
  /// `Europe/Berlin`; kNotFound when there is none of that name.
  static arrow::Result<TimeZone> Find(std::string_view name);

  /// The seconds that its clocks are ahead of UTC at a moment.
  int32_t OffsetAt(TimestampTz moment) const;

  const internal::ZoneRules& rules() const { return *rules_; }

 private:
  explicit TimeZone(const internal::ZoneRules* rules) : rules_(rules) {}

  const internal::ZoneRules* rules_;
};

/// What calendar and clock show in a zone: `AT TIME ZONE` of a timestamptz.
Timestamp InZone(TimestampTz moment, const TimeZone& zone);
/// The same by the zone's name, which is looked up each time.
arrow::Result<Timestamp> InZone(TimestampTz moment, std::string_view zone);

/// The moment at which calendar and clock show this: `AT TIME ZONE` of a timestamp. Where
/// clocks skip it, the moment follows the offset of before; where they show it twice, it
/// is the later one; both as PostgreSQL.
TimestampTz FromZone(Timestamp timestamp, const TimeZone& zone);
arrow::Result<TimestampTz> FromZone(Timestamp timestamp, std::string_view zone);

/// Adds months and days to what the calendar of the zone shows, then the microseconds, as
/// PostgreSQL with that `timezone`.
TimestampTz Add(TimestampTz moment, const Interval& interval, const TimeZone& zone);

}  // namespace carmilla
