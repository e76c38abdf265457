#pragma once

#include <string>

#include "engine/run_report.h"

namespace carmilla {

/// `orders (public.orders): no longer at the source; ...`, without line break.
std::string VanishedText(const VanishedTable& table);

/// One finished table for people, such as `orders: 12 rows, 1 file, 662 B, 32 ms`, with
/// what policies did to its columns; `orders: FAILED` if it failed, `orders: stopped`. No
/// line break.
std::string OutcomeText(const TableOutcome& outcome);

}  // namespace carmilla
