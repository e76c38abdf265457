#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <arrow/result.h>

namespace carmilla::internal {

/// A day of each year and a time of it, in the local time before the change: `M3.5.0/2`.
struct YearlyChange {
  enum class Kind : uint8_t {
    kWeekday,       ///< The n-th (5: last) weekday of a month.
    kDayWithout29,  ///< 1 to 365, February 29th never counted.
    kDay,           ///< 0 to 365.
  };

  Kind kind = Kind::kWeekday;
  int32_t month = 0;
  int32_t week = 0;
  int32_t day = 0;
  int64_t seconds = 7200;

  /// Seconds since 1970 on the local clock.
  int64_t In(int64_t year) const;
};

/// What holds after the last change that a file lists: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneFuture {
  int32_t standard_offset = 0;
  int32_t summer_offset = 0;
  std::optional<YearlyChange> summer_begins;
  std::optional<YearlyChange> summer_ends;

  static arrow::Result<ZoneFuture> Parse(std::string_view text);

  int32_t OffsetAt(int64_t utc_seconds) const;
};

/// The offsets of a time zone through all times, from a file as RFC 8536 describes it
/// (version 2 or later). Any thread may ask.
class ZoneRules {
 public:
  /// kCorruptData when the bytes are not of that form.
  static arrow::Result<ZoneRules> Parse(std::string_view bytes);

  /// Seconds that the clocks are ahead of UTC, which is given in seconds since 1970.
  int32_t OffsetAt(int64_t utc_seconds) const;

  /// The moment of a local time, both in seconds since 1970; see FromZone.
  int64_t UtcOf(int64_t local_seconds) const;

 private:
  std::vector<int64_t> changes_;  ///< In UTC, ascending.
  std::vector<int32_t> offsets_;  ///< From the change on; one more, of before, in front.
  std::optional<ZoneFuture> future_;
};

}  // namespace carmilla::internal
