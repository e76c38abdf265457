#include "engine/table_scan.h"

#include <algorithm>
#include <iterator>

#include <arrow/record_batch.h>

#include "postgres/relation_guard.h"
#include "stream/batch_size.h"

namespace carmilla {
namespace {

/// A document that columns are made from is indexed, with up to four bytes for each of
/// its own, beside the five copies that any row may have: a row of it is half as large.
constexpr int64_t kShareOfIndexedRow = 2;
/// Every worker may hold a row of this share of the largest one; of those beyond it only
/// one worker at a time does.
constexpr int64_t kShareOfSmallRow = 3;
/// So that the server need not wait for who writes.
constexpr int64_t kUsualPipeBytes = 6 << 20;
constexpr int64_t kRowGroupsInPipe = 3;
constexpr int64_t kSmallBatchesInPipe = 12;
constexpr int64_t kLargeBatchesInPipe = 3;
/// To read this much of a heap without ctid spares the server as long as it takes to ask
/// it whether that can be.
constexpr int64_t kWorthAsking = 1 << 20;

int64_t MaxRowBytes(const RunPlan& run, const TablePlan& table) {
  const bool is_indexed = std::ranges::any_of(
      table.transforms,
      [](const ColumnTransform& column) { return column.derivation.has_value(); });
  return is_indexed ? run.max_row_bytes / kShareOfIndexedRow : run.max_row_bytes;
}

std::vector<CopyColumn> CopyColumnsOf(const TablePlan& table) {
  std::vector<CopyColumn> columns;
  columns.reserve(table.ReadColumns().size());
  for (const ColumnPlan& column : table.ReadColumns()) {
    columns.push_back({.name = column.description.name,
                       .mapping = column.mapping,
                       .policies = column.policies,
                       .is_not_null = column.description.is_not_null});
  }
  return columns;
}

/// Each partition gets a piece of every column of a batch, which must not be too small.
int64_t BatchBytes(const RunPlan& run, const TablePlan& table) {
  const int64_t large = PipeBytes(run) / kLargeBatchesInPipe;
  if (table.partition_by.has_value()) return large;
  const int64_t columns =
      std::max(std::ssize(table.ReadColumns()), std::ssize(table.columns));
  return BatchBytesOf(columns, PipeBytes(run) / kSmallBatchesInPipe, large);
}

CopyRequest RequestFor(const RunPlan& run, const TablePlan& table, const LeafScan& scan) {
  return {.relation = scan.leaf.name,
          .parent = table.table.name,
          .query = table.query,
          .columns = CopyColumnsOf(table),
          .where = table.where,
          .method = table.method,
          .ranges = scan.ranges,
          .first_range = scan.first_range,
          .batch_bytes = BatchBytes(run, table),
          .max_row_bytes = MaxRowBytes(run, table),
          .may_omit_ctid = scan.leaf.heap_bytes >= kWorthAsking};
}

ExpectedRelation ExpectedFor(const TablePlan& table, const LeafDescription& leaf) {
  return {.name = leaf.name,
          .oid = leaf.oid,
          .filenode = leaf.filenode,
          .columns = table.table.columns};
}

}  // namespace

int64_t PipeBytes(const RunPlan& run) {
  return std::min(kUsualPipeBytes, kRowGroupsInPipe * run.row_group_bytes);
}

int64_t LargeRowBytes(const RunPlan& run) {
  const int64_t most = PipeBytes(run);
  return std::clamp(run.max_row_bytes / kShareOfSmallRow, most / kLargeBatchesInPipe,
                    most);
}

void AddCounts(const std::vector<PolicyCounts>& more, std::vector<PolicyCounts>* sum) {
  sum->resize(std::max(sum->size(), more.size()));
  for (size_t i = 0; i < more.size(); ++i) (*sum)[i] += more[i];
}

TableScan::TableScan(Session& session, const Request& request)
    : session_(session),
      request_(request),
      schema_(SchemaOf(CopyColumnsOf(request.table))) {}

arrow::Status TableScan::Start() {
  if (reader_ != nullptr || next_ > 0 || request_.scans.empty()) {
    return arrow::Status::OK();
  }
  return Begin();
}

arrow::Result<std::optional<SourceBatch>> TableScan::Next(std::stop_token stop) {
  while (reader_ != nullptr || next_ < request_.scans.size()) {
    if (reader_ == nullptr) ARROW_RETURN_NOT_OK(Begin());
    ARROW_ASSIGN_OR_RAISE(auto batch, reader_->Next(stop));
    if (batch.has_value()) {
      rows_ += batch->rows->num_rows();
      return batch;
    }
    ARROW_RETURN_NOT_OK(End());
  }
  return std::nullopt;
}

int64_t TableScan::wire_bytes() const {
  return ended_wire_bytes_ + (reader_ == nullptr ? 0 : reader_->wire_bytes());
}

arrow::Status TableScan::Begin() {
  const TablePlan& table = request_.table;
  const LeafScan& scan = request_.scans[next_];
  ARROW_RETURN_NOT_OK(ImportSnapshot(session_, request_.snapshot));
  if (table.query.empty()) {
    ARROW_RETURN_NOT_OK(CheckRelation(session_, ExpectedFor(table, scan.leaf)));
  }
  CopyRequest copy = RequestFor(request_.plan, table, scan);
  if (table.limit >= 0) copy.limit = std::max<int64_t>(0, table.limit - rows_);
  if (LargeRowGate::Pass* const pass = request_.large_rows; pass != nullptr) {
    copy.large_rows = {
        .bytes = LargeRowBytes(request_.plan),
        .admit = [this, pass](const std::stop_token& stop) -> arrow::Status {
          if (request_.before_large_row) {
            ARROW_RETURN_NOT_OK(request_.before_large_row());
          }
          return pass->Enter(stop);
        }};
  }
  ARROW_ASSIGN_OR_RAISE(reader_, CopyReader::Start(session_, std::move(copy)));
  return arrow::Status::OK();
}

arrow::Status TableScan::End() {
  const TablePlan& table = request_.table;
  const LeafScan& scan = request_.scans[next_++];
  if (request_.large_rows != nullptr) request_.large_rows->Leave();
  AddCounts(reader_->policy_counts(), &policy_counts_);
  ended_wire_bytes_ += reader_->wire_bytes();
  reader_.reset();
  if (table.query.empty()) {
    ARROW_RETURN_NOT_OK(CheckTypes(session_, ExpectedFor(table, scan.leaf)));
  }
  // What lies beneath a view or query is known only now that it is locked.
  if (table.method == ScanMethod::kStream) {
    ARROW_RETURN_NOT_OK(CheckLockedRelations(session_));
  }
  return session_.Execute("COMMIT");
}

}  // namespace carmilla
