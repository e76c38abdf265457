#pragma once

#include <stop_token>
#include <string>

#include <arrow/status.h>

#include "cli/result_printer.h"
#include "plan/configuration.h"

namespace carmilla {

/// How the rows of a query are delivered.
struct QueryAnswerOptions {
  LakeLocation lake;
  ModelsConfiguration models;  ///< Whose views the embedded engine knows.
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
