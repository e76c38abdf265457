#pragma once

#include <cstdint>
#include <string_view>

namespace carmilla {

/// Characters that WriteTime needs at most: `24:00:00.000000`, and room for seven digits
/// of hours.
inline constexpr int32_t kTimeTextBytes = 24;

/// Writes a time of day in microseconds as PostgreSQL prints `time`: `HH:MM:SS[.ffffff]`
/// without trailing zeros. `micros` must be in [0, 24 h]. Returns the number of
/// characters.
int32_t WriteTime(int64_t micros, char* out);

/// Characters that WriteOffset needs at most: `+15:59:59`.
inline constexpr int32_t kOffsetTextBytes = 9;

/// Writes the offset from UTC as PostgreSQL prints it: `+HH[:MM[:SS]]`. `seconds_west` is
/// within a day of zero. Returns the number of characters.
int32_t WriteOffset(int32_t seconds_west, char* out);

/// The three parts of an interval, which no conversion may mix.
struct IntervalParts {
  int64_t micros = 0;
  int32_t days = 0;
  int32_t months = 0;
};

/// What interval_send writes: microseconds, days, months.
inline constexpr int32_t kIntervalWireBytes = 16;
IntervalParts LoadInterval(const char* value);

/// Returns `infinity` or `-infinity` for the two that PostgreSQL has from version 17 on,
/// else nothing. Before, their parts are those of a common interval.
std::string_view InfinityText(const IntervalParts& interval, int32_t server_version);

/// Characters that WriteInterval needs at most.
inline constexpr int32_t kIntervalTextBytes = 80;

/// Writes an interval byte for byte as PostgreSQL does under `IntervalStyle = iso_8601`,
/// such as `P1Y-2M3DT-4H-5M-6.07S` or `PT0S`. Returns the number of characters.
int32_t WriteInterval(const IntervalParts& interval, char* out);

}  // namespace carmilla
