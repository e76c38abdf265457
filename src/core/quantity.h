#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <arrow/result.h>

namespace carmilla {

/// Renders bytes for people: `512 B`, `1.5 KiB`, `64.0 MiB`, `2.3 GiB`.
std::string FormatBytes(int64_t bytes);

/// Renders a count with thousands separators: `336,776`.
std::string FormatCount(int64_t count);

/// Renders a number of things: `1 row`, `2,000 rows`.
std::string FormatCount(int64_t count, std::string_view noun);

/// Renders a duration: `12 ms`, `3.4 s`, `2 min 05 s`, `1 h 02 min`.
std::string FormatDuration(std::chrono::milliseconds duration);

/// Parses `64MiB`, `1 GB`, `512` (bytes). Decimal units are powers of 1000, binary ones
/// of 1024.
arrow::Result<int64_t> ParseBytes(std::string_view text);

}  // namespace carmilla
