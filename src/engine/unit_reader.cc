#include "engine/unit_reader.h"

#include <algorithm>

#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/util/byte_size.h>

#include "core/error.h"
#include "engine/batch_pipe.h"
#include "engine/file_set_writer.h"
#include "postgres/copy_reader.h"
#include "postgres/relation_guard.h"

namespace carmilla {
namespace {

/// What waits to be written while the server is read, in batches.
constexpr int64_t kBatchesInPipe = 3;
/// A document that columns are made from is indexed, with up to four bytes for each of
/// its own, beside the five copies that any row may have: a row of it is half as large.
constexpr int64_t kShareOfIndexedRow = 2;
/// Every worker may hold a row of this share of the largest one; of those beyond it only
/// one worker at a time does.
constexpr int64_t kShareOfSmallRow = 3;
/// Rows times columns that are transformed in one go.
constexpr int64_t kCellsOfTransform = 1 << 18;

/// Many workers share the memory that few would have.
int64_t BatchBytes(const RunPlan& run) {
  return std::min(CopyRequest{}.batch_bytes, run.row_group_bytes);
}

int64_t LargeRowBytes(const RunPlan& run) {
  return std::clamp(run.max_row_bytes / kShareOfSmallRow, BatchBytes(run),
                    kBatchesInPipe * BatchBytes(run));
}

int64_t MaxRowBytes(const RunPlan& run, const TablePlan& table) {
  const bool is_indexed = std::ranges::any_of(
      table.transforms,
      [](const ColumnTransform& column) { return column.derivation.has_value(); });
  return is_indexed ? run.max_row_bytes / kShareOfIndexedRow : run.max_row_bytes;
}

CopyRequest RequestFor(const RunPlan& run, const TablePlan& table, const LeafScan& scan,
                       int64_t limit) {
  CopyRequest request{.relation = scan.leaf.name,
                      .parent = table.table.name,
                      .query = table.query,
                      .where = table.where,
                      .method = table.method,
                      .ranges = scan.ranges,
                      .first_range = scan.first_range,
                      .limit = limit,
                      .batch_bytes = BatchBytes(run),
                      .max_row_bytes = MaxRowBytes(run, table)};
  for (const ColumnPlan& column : table.ReadColumns()) {
    request.columns.push_back({.name = column.description.name,
                               .mapping = column.mapping,
                               .policies = column.policies,
                               .is_not_null = column.description.is_not_null});
  }
  return request;
}

ExpectedRelation ExpectedFor(const TablePlan& table, const LeafDescription& leaf) {
  return {.name = leaf.name,
          .oid = leaf.oid,
          .filenode = leaf.filenode,
          .columns = table.table.columns};
}

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
  int64_t rows() const { return rows_; }
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

/// One transaction: import the snapshot, guard, copy, guard again.
arrow::Status ReadScan(Session& session, const SnapshotToken& snapshot,
                       const RunPlan& plan, const TablePlan& table, const LeafScan& scan,
                       BatchPipe* pipe, ProgressShare* progress, LargeRowGate* large_rows,
                       std::vector<PolicyCounts>* counts, const std::stop_token& stop) {
  const int64_t limit =
      table.limit < 0 ? -1 : std::max<int64_t>(0, table.limit - progress->rows());
  ARROW_RETURN_NOT_OK(ImportSnapshot(session, snapshot));
  const bool is_relation = table.query.empty();
  const ExpectedRelation expected = ExpectedFor(table, scan.leaf);
  if (is_relation) ARROW_RETURN_NOT_OK(CheckRelation(session, expected));
  LargeRowGate::Pass pass(large_rows);
  CopyRequest request = RequestFor(plan, table, scan, limit);
  request.large_rows = {
      .bytes = LargeRowBytes(plan),
      .admit = [&](const std::stop_token& token) { return pass.Enter(token); }};
  ARROW_ASSIGN_OR_RAISE(auto reader, CopyReader::Start(session, std::move(request)));
  int64_t counted_bytes = 0;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(auto batch, reader->Next(stop));
    if (!batch) break;
    progress->Add(batch->rows->num_rows(), reader->wire_bytes() - counted_bytes);
    counted_bytes = reader->wire_bytes();
    ARROW_RETURN_NOT_OK(
        PushInTurn(std::move(*batch), LargeRowBytes(plan), pipe, &pass, stop));
  }
  progress->Add(0, reader->wire_bytes() - counted_bytes);
  AddCounts(reader->policy_counts(), counts);
  if (is_relation) ARROW_RETURN_NOT_OK(CheckTypes(session, expected));
  // What lies beneath a view or query is known only now that it is locked.
  if (table.method == ScanMethod::kStream)
    ARROW_RETURN_NOT_OK(CheckLockedRelations(session));
  return session.Execute("COMMIT");
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

void AddCounts(const std::vector<PolicyCounts>& more, std::vector<PolicyCounts>* sum) {
  sum->resize(std::max(sum->size(), more.size()));
  for (size_t i = 0; i < more.size(); ++i) (*sum)[i] += more[i];
}

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
  BatchPipe pipe(write, kBatchesInPipe * BatchBytes(plan), stop);
  for (const LeafScan& scan : unit.scans) {
    // Guard and reader name the relation themselves.
    ARROW_RETURN_NOT_OK(ReadScan(session, snapshot, plan, table, scan, &pipe, &share,
                                 large_rows, &result.policy_counts, stop));
  }
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
