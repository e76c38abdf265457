#include "engine/unit_reader.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/util/byte_size.h>

#include "core/error.h"
#include "engine/batch_pipe.h"
#include "engine/file_set_writer.h"
#include "engine/table_scan.h"

namespace carmilla {
namespace {

/// A scan that is held up holds a lock and a pin, and the server may end its session.
constexpr std::chrono::seconds kLongestPause{5};
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

}  // namespace

class UnitReader::Impl {
 public:
  Impl(Request request, std::unique_ptr<BatchTransform> transform)
      : request_(std::move(request)),
        table_(request_.plan.tables[request_.unit.table]),
        share_(request_.progress),
        writer_(table_, request_.destination, request_.plan.row_group_bytes),
        transform_(std::move(transform)),
        pass_(request_.large_rows),
        pipe_([this](const SourceBatch& batch) { return Write(batch); },
              PipeBytes(request_.plan), request_.stop) {}

  arrow::Status ReadRows(Session& session, const SnapshotToken& snapshot);
  bool is_postponed() const { return is_postponed_; }
  arrow::Result<UnitResult> Complete();

 private:
  arrow::Status PushInTurn(SourceBatch batch);
  arrow::Status Write(const SourceBatch& batch);
  arrow::Status WriteTransformed(const SourceBatch& batch);
  bool IsEarlierReady() const;
  arrow::Status AwaitEarlier();
  std::vector<PolicyCounts> CountsOfWritten() const;

  const Request request_;
  const TablePlan& table_;
  ProgressShare share_;
  FileSetWriter writer_;
  const std::unique_ptr<BatchTransform> transform_;  // or null
  LargeRowGate::Pass pass_;
  std::vector<PolicyCounts> read_counts_;
  int64_t pushed_early_ = 0;  // bytes that the pipe holds until `earlier` is ready
  bool is_postponed_ = false;
  BatchPipe pipe_;  // last: its thread uses the rest
};

arrow::Status UnitReader::Impl::ReadRows(Session& session,
                                         const SnapshotToken& snapshot) {
  // Guard and reader name the relation themselves.
  TableScan scan(session, {.snapshot = snapshot,
                           .plan = request_.plan,
                           .table = table_,
                           .scans = request_.unit.scans,
                           .large_rows = &pass_,
                           .before_large_row = [this] { return AwaitEarlier(); }});
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(auto batch, scan.Next(request_.stop));
    share_.Add(batch ? batch->rows->num_rows() : 0,
               scan.wire_bytes() - share_.wire_bytes());
    if (!batch) break;
    ARROW_RETURN_NOT_OK(PushInTurn(std::move(*batch)));
  }
  read_counts_ = scan.policy_counts();
  return arrow::Status::OK();
}

/// A large row must be written before another one may come.
arrow::Status UnitReader::Impl::PushInTurn(SourceBatch batch) {
  const int64_t bytes = arrow::util::TotalBufferSize(*batch.rows);
  // Rows are let in by their size on the wire, which may shrink.
  const bool is_large = pass_.is_inside() || bytes > LargeRowBytes(request_.plan);
  if (!IsEarlierReady()) {
    pushed_early_ += bytes;
    const bool is_full = pushed_early_ > PipeBytes(request_.plan);
    if (is_large || is_full) ARROW_RETURN_NOT_OK(AwaitEarlier());
  }
  // What only printing made large was not stopped before.
  if (is_large) ARROW_RETURN_NOT_OK(pass_.Enter(request_.stop));
  ARROW_RETURN_NOT_OK(pipe_.Push(std::move(batch)));
  if (!is_large) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(pipe_.Drain());
  // Else the pool keeps it for this worker, while another one reads his.
  arrow::default_memory_pool()->ReleaseUnused();
  pass_.Leave();
  return arrow::Status::OK();
}

arrow::Result<UnitResult> UnitReader::Impl::Complete() {
  UnitResult result;
  ARROW_RETURN_NOT_OK(pipe_.Finish());
  ARROW_ASSIGN_OR_RAISE(result.files, writer_.Finish(request_.stop));
  result.policy_counts = transform_ == nullptr ? read_counts_ : CountsOfWritten();
  result.wire_bytes = share_.wire_bytes();
  share_.Keep();
  return result;
}

arrow::Status UnitReader::Impl::Write(const SourceBatch& batch) {
  if (request_.earlier.valid()) request_.earlier.wait();
  if (transform_ == nullptr) return writer_.Write(batch, request_.stop);
  return WriteTransformed(batch);
}

/// Many columns of few bytes grow far beyond a batch: they are made piece by piece.
arrow::Status UnitReader::Impl::WriteTransformed(const SourceBatch& batch) {
  const auto num_columns = static_cast<int64_t>(table_.columns.size());
  const int64_t rows_at_once = std::max<int64_t>(1, kCellsOfTransform / num_columns);
  for (int64_t begin = 0; begin < batch.rows->num_rows(); begin += rows_at_once) {
    auto rows = transform_->Apply(*batch.rows->Slice(begin, rows_at_once));
    ARROW_RETURN_NOT_OK(
        WithContext(rows.status(), "reading " + table_.table.name.ToString()));
    ARROW_RETURN_NOT_OK(writer_.Write({*std::move(rows), batch.range}, request_.stop));
  }
  return arrow::Status::OK();
}

bool UnitReader::Impl::IsEarlierReady() const {
  return !request_.earlier.valid() ||
         request_.earlier.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

/// While the server waits, which cannot be for long.
arrow::Status UnitReader::Impl::AwaitEarlier() {
  if (!request_.earlier.valid() ||
      request_.earlier.wait_for(kLongestPause) == std::future_status::ready) {
    return arrow::Status::OK();
  }
  is_postponed_ = true;
  return MakeError(ErrorKind::kTimeout, "reading " + table_.table.name.ToString() +
                                            ": what was read before is being written");
}

/// The counts of what is written, from those of what was read.
std::vector<PolicyCounts> UnitReader::Impl::CountsOfWritten() const {
  std::vector<PolicyCounts> counts(table_.columns.size());
  for (size_t i = 0; i < counts.size(); ++i) {
    const ColumnTransform& column = table_.transforms[i];
    const auto source = static_cast<size_t>(column.source);
    const bool is_kept = column.source >= 0 && !column.derivation.has_value();
    if (is_kept && source < read_counts_.size()) counts[i] = read_counts_[source];
    counts[i].misfit += transform_->misfits()[i];
  }
  return counts;
}

UnitReader::UnitReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UnitReader::~UnitReader() = default;

arrow::Result<std::unique_ptr<UnitReader>> UnitReader::Make(Request request) {
  const TablePlan& table = request.plan.tables[request.unit.table];
  std::unique_ptr<BatchTransform> transform;
  if (!table.transforms.empty()) {
    ARROW_ASSIGN_OR_RAISE(
        transform, BatchTransform::Make(table.transforms, table.mask_key.Reveal()));
  }
  return std::unique_ptr<UnitReader>(
      new UnitReader(std::make_unique<Impl>(std::move(request), std::move(transform))));
}

arrow::Status UnitReader::ReadRows(Session& session, const SnapshotToken& snapshot) {
  return impl_->ReadRows(session, snapshot);
}

bool UnitReader::is_postponed() const { return impl_->is_postponed(); }

arrow::Result<UnitResult> UnitReader::Complete() { return impl_->Complete(); }

}  // namespace carmilla
