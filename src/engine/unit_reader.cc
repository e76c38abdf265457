#include "engine/unit_reader.h"

#include <algorithm>

#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/util/byte_size.h>

#include "core/error.h"
#include "engine/batch_pipe.h"
#include "engine/file_set_writer.h"
#include "engine/table_scan.h"

namespace carmilla {
namespace {

/// Rows times columns that are transformed in one go.
constexpr int64_t kCellsOfTransform = 1 << 18;

/// Counts what a unit adds to a table's progress and takes it back if the unit fails.
class ProgressShare {
 public:
  explicit ProgressShare(TableProgress* progress) : progress_(progress) {}
  ~ProgressShare() {
    if (is_kept_) return;
    progress_->rows -= rows_;
    progress_->wire_bytes -= wire_bytes_;
  }
  ProgressShare(const ProgressShare&) = delete;
  ProgressShare& operator=(const ProgressShare&) = delete;

  void Add(int64_t rows, int64_t wire_bytes) {
    rows_ += rows;
    wire_bytes_ += wire_bytes;
    progress_->rows += rows;
    progress_->wire_bytes += wire_bytes;
  }
  int64_t wire_bytes() const { return wire_bytes_; }
  void Keep() { is_kept_ = true; }

 private:
  TableProgress* progress_;
  int64_t rows_ = 0;
  int64_t wire_bytes_ = 0;
  bool is_kept_ = false;
};

/// A large row must be written before another one may come.
arrow::Status PushInTurn(SourceBatch batch, int64_t large_row_bytes, BatchPipe* pipe,
                         LargeRowGate::Pass* pass, const std::stop_token& stop) {
  // Rows are let in by their size on the wire, which may shrink.
  const bool is_large =
      pass->is_inside() || arrow::util::TotalBufferSize(*batch.rows) > large_row_bytes;
  // What only printing made large was not stopped before.
  if (is_large) ARROW_RETURN_NOT_OK(pass->Enter(stop));
  ARROW_RETURN_NOT_OK(pipe->Push(std::move(batch)));
  if (!is_large) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(pipe->Drain());
  // Else the pool keeps it for this worker, while another one reads his.
  arrow::default_memory_pool()->ReleaseUnused();
  pass->Leave();
  return arrow::Status::OK();
}

/// Pushes all rows of `scan` and counts them.
arrow::Status PushAll(TableScan& scan, int64_t large_row_bytes, BatchPipe* pipe,
                      LargeRowGate::Pass* pass, ProgressShare* progress,
                      const std::stop_token& stop) {
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(auto batch, scan.Next(stop));
    progress->Add(batch ? batch->rows->num_rows() : 0,
                  scan.wire_bytes() - progress->wire_bytes());
    if (!batch) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(PushInTurn(std::move(*batch), large_row_bytes, pipe, pass, stop));
  }
}

/// Many columns of few bytes grow far beyond a batch: they are made piece by piece.
arrow::Status WriteTransformed(const SourceBatch& batch, const TablePlan& table,
                               BatchTransform& transform, FileSetWriter* writer,
                               const std::stop_token& stop) {
  const auto num_columns = static_cast<int64_t>(table.columns.size());
  const int64_t rows_at_once = std::max<int64_t>(1, kCellsOfTransform / num_columns);
  for (int64_t begin = 0; begin < batch.rows->num_rows(); begin += rows_at_once) {
    auto rows = transform.Apply(*batch.rows->Slice(begin, rows_at_once));
    ARROW_RETURN_NOT_OK(
        WithContext(rows.status(), "reading " + table.table.name.ToString()));
    ARROW_RETURN_NOT_OK(writer->Write({*std::move(rows), batch.range}, stop));
  }
  return arrow::Status::OK();
}

/// The counts of what is written, from those of what was read.
std::vector<PolicyCounts> CountsOfWritten(const TablePlan& table,
                                          const std::vector<PolicyCounts>& read,
                                          const BatchTransform& transform) {
  std::vector<PolicyCounts> counts(table.columns.size());
  for (size_t i = 0; i < counts.size(); ++i) {
    const ColumnTransform& column = table.transforms[i];
    const auto source = static_cast<size_t>(column.source);
    const bool is_kept = column.source >= 0 && !column.derivation.has_value();
    if (is_kept && source < read.size()) counts[i] = read[source];
    counts[i].misfit += transform.misfits()[i];
  }
  return counts;
}

}  // namespace

arrow::Result<UnitResult> ReadUnit(Session& session, const SnapshotToken& snapshot,
                                   const RunPlan& plan, const ScanUnit& unit,
                                   const Destination& destination,
                                   TableProgress* progress, LargeRowGate* large_rows,
                                   const std::stop_token& stop) {
  const TablePlan& table = plan.tables[unit.table];
  UnitResult result;
  ProgressShare share(progress);
  FileSetWriter writer(table, destination, plan.row_group_bytes);
  std::unique_ptr<BatchTransform> transform;
  if (!table.transforms.empty()) {
    ARROW_ASSIGN_OR_RAISE(
        transform, BatchTransform::Make(table.transforms, table.mask_key.Reveal()));
  }
  const auto write = [&](const SourceBatch& batch) -> arrow::Status {
    if (transform == nullptr) return writer.Write(batch, stop);
    return WriteTransformed(batch, table, *transform, &writer, stop);
  };
  BatchPipe pipe(write, PipeBytes(plan), stop);
  LargeRowGate::Pass pass(large_rows);
  // Guard and reader name the relation themselves.
  TableScan scan(session, {.snapshot = snapshot,
                           .plan = plan,
                           .table = table,
                           .scans = unit.scans,
                           .large_rows = &pass});
  ARROW_RETURN_NOT_OK(PushAll(scan, LargeRowBytes(plan), &pipe, &pass, &share, stop));
  result.policy_counts = scan.policy_counts();
  ARROW_RETURN_NOT_OK(pipe.Finish());
  ARROW_ASSIGN_OR_RAISE(result.files, writer.Finish(stop));
  if (transform != nullptr) {
    result.policy_counts = CountsOfWritten(table, result.policy_counts, *transform);
  }
  result.wire_bytes = share.wire_bytes();
  share.Keep();
  return result;
}

}  // namespace carmilla
