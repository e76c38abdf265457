#pragma once

#include <cstdint>
#include <string>

#include <arrow/type_fwd.h>

namespace carmilla {

/// Appends a day counted from 1970-01-01 as `2024-05-01`; a year before 1 as `0044-03-15
/// BC`; the largest and smallest 32-bit numbers, which stand for no day, as `infinity`
/// and `-infinity`.
void AppendDate(int64_t days, std::string* out);

/// Appends `12:00:00.5`: the fraction without zeros at its end.
void AppendTimeOfDay(int64_t time, arrow::TimeUnit::type unit, std::string* out);

/// Appends `2024-05-01 12:00:00.5`, with `+00` when `has_zone`: instants are always shown
/// in UTC. The largest and smallest 64-bit numbers are `infinity` and `-infinity`.
void AppendTimestamp(int64_t time, arrow::TimeUnit::type unit, bool has_zone,
                     std::string* out);

}  // namespace carmilla
