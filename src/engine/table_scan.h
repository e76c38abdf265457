#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include <arrow/result.h>

#include "engine/large_row_gate.h"
#include "engine/scan_unit.h"
#include "engine/table_plan.h"
#include "postgres/copy_reader.h"
#include "postgres/session.h"
#include "postgres/snapshot.h"
#include "stream/batch_source.h"

namespace carmilla {

/// Bytes that may wait between a scan and who takes its rows: many workers share the
/// memory that few would have.
int64_t PipeBytes(const RunPlan& run);

/// Bytes from which on a row is large, as LargeRowGate means it.
int64_t LargeRowBytes(const RunPlan& run);

/// Adds counts of the same columns; `sum` may be empty before.
void AddCounts(const std::vector<PolicyCounts>& more, std::vector<PolicyCounts>* sum);

/// Reads scans of one planned table under a snapshot, each in one transaction of the
/// session: import the snapshot, guard, copy, guard again, commit.
///
/// Next begins the next scan where one ends. Errors name the relation; after one, and
/// when the scan is destroyed early, the session must be thrown away.
class TableScan final : public BatchSource {
 public:
  struct Request {
    const SnapshotToken& snapshot;
    const RunPlan& plan;  ///< For the sizes of batches and rows.
    const TablePlan& table;
    std::span<const LeafScan> scans;
    /// Entered before a large row is taken, and left where a scan ends; null: none waits.
    LargeRowGate::Pass* large_rows = nullptr;
    /// Called before `large_rows` is entered, if it is set.
    std::function<arrow::Status()> before_large_row;
  };

  /// The session, and all that `request` refers to, must outlive the scan.
  TableScan(Session& session, const Request& request);

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  /// Begins the first scan, so that what hinders it shows before any row; Next does so
  /// too.
  arrow::Status Start();
  arrow::Result<std::optional<SourceBatch>> Next(std::stop_token stop) override;

  /// Bytes received so far.
  int64_t wire_bytes() const;
  /// By column read; of the scans that have ended.
  const std::vector<PolicyCounts>& policy_counts() const { return policy_counts_; }

 private:
  arrow::Status Begin();
  arrow::Status End();

  Session& session_;
  const Request request_;
  std::shared_ptr<arrow::Schema> schema_;
  size_t next_ = 0;
  std::unique_ptr<CopyReader> reader_;
  int64_t rows_ = 0;
  int64_t ended_wire_bytes_ = 0;
  std::vector<PolicyCounts> policy_counts_;
};

}  // namespace carmilla
