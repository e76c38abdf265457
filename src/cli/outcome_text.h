#pragma once

#include <cstdint>
#include <string>

#include "engine/run_report.h"

namespace carmilla {

/// `1 row`, `2,000 rows`.
std::string Plural(int64_t count, const std::string& word);

/// One finished table for people, such as `orders: 12 rows, 1 file, 662 B, 32 ms`, with
/// what policies did to its columns; `orders: FAILED` if it failed. No line break.
std::string OutcomeText(const TableOutcome& outcome);

}  // namespace carmilla
