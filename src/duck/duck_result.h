#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "duck/duck_handle.h"
#include "duck/duck_instance.h"
#include "stream/query_engine.h"

namespace carmilla {

/// The rows of one running statement, pulled chunk by chunk (2,048 rows) as Arrow
/// batches.
class DuckResult final : public QueryResult {
 public:
  DuckResult(std::shared_ptr<DuckInstance> instance, DuckConnection connection,
             std::vector<std::string> type_names);

  /// Runs `prepared` up to its first rows.
  arrow::Status Start(const DuckPrepared& prepared, const std::stop_token& stop);

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  const std::vector<std::string>& type_names() const override { return type_names_; }
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next(std::stop_token stop) override;

 private:
  arrow::Status ReadSchema();
  arrow::Result<DuckChunk> Fetch(const std::stop_token& stop);

  std::shared_ptr<DuckInstance> instance_;
  DuckConnection connection_;
  DuckRows rows_;
  DuckArrowOptions arrow_options_;
  std::vector<std::string> type_names_;
  std::shared_ptr<arrow::Schema> schema_;
  bool is_finished_ = false;
};

}  // namespace carmilla
