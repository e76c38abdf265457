#include "cli/query_answer.h"

#include <chrono>
#include <iostream>
#include <memory>

#include "cli/output.h"
#include "core/quantity.h"
#include "operations/athena_query.h"
#include "operations/query.h"

namespace carmilla {
namespace {

arrow::Result<int64_t> Deliver(QueryResult& result, const QueryAnswerOptions& options,
                               const std::stop_token& stop) {
  if (!options.parquet_path.empty()) {
    return WriteParquetFile(result, options.parquet_path, stop);
  }
  return PrintResult(result, options.printing, std::cout, stop);
}

arrow::Result<std::unique_ptr<QueryEngine>> OpenEngine(const std::string& sql,
                                                       const QueryAnswerOptions& options,
                                                       const std::stop_token& stop) {
  if (options.on == QueryOn::kAthena) return OpenAthenaQuery(options.lake, stop);
  ARROW_ASSIGN_OR_RAISE(LakeQuery query,
                        OpenLakeQuery({.lake = options.lake,
                                       .sql = sql,
                                       .models = ModelsFor(options.models, sql),
                                       .stop = stop}));
  return std::move(query.engine);
}

}  // namespace

arrow::Status AnswerQuery(const std::string& sql, const QueryAnswerOptions& options,
                          const std::stop_token& stop) {
  const auto begin = std::chrono::steady_clock::now();
  ARROW_ASSIGN_OR_RAISE(auto engine, OpenEngine(sql, options, stop));
  ARROW_ASSIGN_OR_RAISE(auto result, engine->Execute(sql, stop));
  const arrow::Result<int64_t> rows = Deliver(*result, options, stop);
  if (!rows.ok()) return IsOutputClosed() ? arrow::Status::OK() : rows.status();
  if (!options.is_timed) return arrow::Status::OK();
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  std::cerr << '(' << FormatCount(*rows, "row") << " in " << FormatDuration(elapsed);
  if (const auto scanned = result->scanned_bytes()) {
    std::cerr << ", " << FormatBytes(*scanned) << " scanned";
  }
  std::cerr << ")\n";
  return arrow::Status::OK();
}

}  // namespace carmilla
