#pragma once

#include <array>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include <arrow/status.h>

#include "cli/result_printer.h"
#include "plan/lake_location.h"

namespace carmilla {

/// Who answers a query.
enum class QueryOn : uint8_t { kEmbedded, kAthena };

/// As --on spells them, in the order of the enumeration.
inline constexpr std::array<std::string_view, 2> kQueryOnNames = {"embedded", "athena"};

/// How the rows of a query are delivered.
struct QueryAnswerOptions {
  LakeLocation lake;
  QueryOn on = QueryOn::kEmbedded;
  ResultPrinterOptions printing;
  std::string parquet_path;  ///< Write this file instead of printing; "" to print.
  bool is_timed = false;     ///< Tell rows and time on standard error.
};

/// Runs one statement over the lake's tables as they are now, or as Athena's catalog
/// shows them, and delivers its rows. A
/// reader that leaves early (`| head`) is no error.
arrow::Status AnswerQuery(const std::string& sql, const QueryAnswerOptions& options,
                          const std::stop_token& stop);

}  // namespace carmilla
