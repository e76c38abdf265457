#pragma once

#include <cstdint>
#include <string_view>

#include "types/declared_type.h"
#include "types/json_derivation.h"

namespace carmilla {

/// What came of a date or a moment.
enum class TimeFit : uint8_t {
  kExact,
  kNoTime,    ///< Not of the form asked for, or no day of the calendar.
  kTooLarge,  ///< Beyond what the type holds.
  kTooFine,   ///< It has digits behind the type's last one.
  kNoZone,    ///< A wall clock where a moment is asked for.
  kHasZone,   ///< A moment where a wall clock is asked for.
};

/// Parses `2024-05-01` (years 0001 to 9999) to days since 1970-01-01.
TimeFit ParseIsoDate(std::string_view text, int32_t* days);

/// Parses `2024-05-01T12:00:00.5Z`: a `T` or one blank between date and time; seconds and
/// their fraction may be missing; the zone is `Z`, `+01`, `+01:30` or `+0130`. 24:00:00
/// is the next day's midnight. `type` must be a timestamp: with is_utc the zone is
/// needed, without it there must be none. The result counts its unit since 1970-01-01.
TimeFit ParseIsoTimestamp(std::string_view text, const DeclaredType& type,
                          int64_t* since);

/// Scales a number (as JSON writes it) of kEpochMillis or kEpochSeconds to the unit of
/// `type`.
TimeFit ParseEpoch(std::string_view number, TimestampForm form, const DeclaredType& type,
                   int64_t* since);

/// Parses `/Date(1700000000000+0100)/`: milliseconds since 1970-01-01 UTC; the offset
/// tells where the clock stood and moves nothing.
TimeFit ParseDotnet(std::string_view text, const DeclaredType& type, int64_t* since);

}  // namespace carmilla
