#include "engine/extraction.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/log.h"
#include "core/retry.h"
#include "engine/thread_priority.h"
#include "engine/unit_board.h"
#include "engine/unit_reader.h"

namespace carmilla {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{200};
/// An idle coordinator would be ended by idle_in_transaction_session_timeout (60 s).
constexpr std::chrono::seconds kPollEvery{5};
/// What is read ahead takes up to 6 MiB, beside open files that fill what a worker has
/// less than this. Many workers have no gaps to fill.
constexpr int64_t kLeastBytesToReadAhead = 20LL << 20;

/// What all workers of one extraction share.
struct Extraction {
  const RunPlan& plan;
  WorkerSessions& sessions;
  SnapshotToken snapshot;
  const Destination& destination;
  UnitBoard board;
  std::vector<TableProgress> progress;
  LargeRowGate large_rows;
  std::stop_source stop_source;
};

/// Calls `read` for `unit`. An exception, such as for want of memory, fails this unit's
/// table and no other.
template <typename Read>
auto Guarded(const Extraction& shared, const ScanUnit& unit, Read read)
    -> decltype(read()) {
  const std::string& name = shared.plan.tables[unit.table].name;
  try {
    return read();
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorKind::kOutOfMemory,
                     "reading " + name + ": the system gave no more memory",
                     "use fewer `threads:`, or give the process more memory");
  } catch (const std::exception& exception) {
    return MakeError(ErrorKind::kBug,
                     "reading " + name + ": unexpected exception: " + exception.what());
  }
}

/// Reads one unit after the other over a connection of its own. While it reads one, the
/// files of the one before it are completed.
class Worker {
 public:
  explicit Worker(Extraction& shared)
      : shared_(shared),
        reads_ahead_(shared.plan.worker_bytes >= kLeastBytesToReadAhead) {}

  void Run() {
    while (!shared_.stop_source.stop_requested()) {
      const std::optional<size_t> index = shared_.board.Take();
      if (!index) break;
      auto unit = ReadRows(*index);
      const arrow::Status failure = TellWhereHopeless(*index, unit.status());
      Settle();
      if (unit.ok()) CompleteAside(*index, *std::move(unit));
      if (!failure.ok()) failed_.emplace_back(*index, failure);
      if (!failed_.empty()) ReadFailedAgain();
    }
    ReadFailedAgain();
  }

 private:
  using Unit = std::unique_ptr<UnitReader>;

  /// Reads the rows of a unit beside the completion of the one before it. Where that
  /// takes so long that the server would be held up, it is awaited first, from then on.
  arrow::Result<Unit> ReadRows(size_t index) {
    if (!reads_ahead_ && completed_.valid()) completed_.wait();
    const ScanUnit& unit = shared_.board.unit(index);
    Unit reader;
    arrow::Status status = Guarded(shared_, unit, [&]() -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(reader, MakeReader(unit));
      return reader->ReadRows(*session_, shared_.snapshot);
    });
    if (status.ok()) return reader;
    session_.reset();  // A transaction that failed holds the server up no longer.
    const bool is_postponed = reader != nullptr && reader->is_postponed();
    if (completed_.valid()) discarded_ = std::move(reader);
    if (!is_postponed) return status;
    reads_ahead_ = false;
    completed_.wait();
    discarded_.reset();
    return ReadRows(index);
  }

  /// Connects if necessary.
  arrow::Result<Unit> MakeReader(const ScanUnit& unit) {
    if (session_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(session_, shared_.sessions.Connect(Stop()));
    }
    return UnitReader::Make({.plan = shared_.plan,
                             .unit = unit,
                             .destination = shared_.destination,
                             .progress = &shared_.progress[unit.table],
                             .large_rows = &shared_.large_rows,
                             .earlier = completed_,
                             .stop = Stop()});
  }

  /// Tells the board what becomes of a unit, unless to read it again may cure what this
  /// returns.
  arrow::Status Complete(size_t index, Unit unit) {
    const arrow::Status status =
        Guarded(shared_, shared_.board.unit(index), [&]() -> arrow::Status {
          ARROW_ASSIGN_OR_RAISE(auto result, unit->Complete());
          shared_.board.Complete(index, std::move(result));
          return arrow::Status::OK();
        });
    unit.reset();
    return TellWhereHopeless(index, status);
  }

  /// Tells the board of a failure that no repetition cures, so that nobody begins another
  /// unit of the table; returns any other.
  arrow::Status TellWhereHopeless(size_t index, const arrow::Status& status) {
    if (status.ok() || RetryPolicyOf(KindOf(status)).max_attempts > 1) return status;
    shared_.board.Complete(index, status);
    return arrow::Status::OK();
  }

  /// Completes `unit` on a thread of its own; on this one where the system gives none.
  void CompleteAside(size_t index, Unit unit) {
    completing_ = index;
    unit_ = std::move(unit);
    const auto complete = [this] { return Complete(completing_, std::move(unit_)); };
    try {
      completed_ = std::async(std::launch::async, complete).share();
    } catch (const std::exception&) {
      const arrow::Status status = complete();
      if (!status.ok()) failed_.emplace_back(index, status);
    }
  }

  /// Returns when no unit is being completed any more.
  void Settle() {
    if (completed_.valid()) {
      const arrow::Status status = completed_.get();
      completed_ = {};
      if (!status.ok()) failed_.emplace_back(completing_, status);
    }
    discarded_.reset();
  }

  void ReadFailedAgain() {
    Settle();
    for (auto& [index, status] : std::exchange(failed_, {})) {
      status = ReadAgain(index, std::move(status));
      if (!status.ok()) shared_.board.Complete(index, status);
    }
  }

  /// Reads a unit, whose first reading ended with `status`, again where a repetition
  /// under the same snapshot may cure it. After a failure the session is thrown away.
  arrow::Status ReadAgain(size_t index, arrow::Status status) {
    const std::string& name = shared_.plan.tables[shared_.board.unit(index).table].name;
    for (int attempt = 1;; ++attempt) {
      session_.reset();
      const RetryPolicy policy = RetryPolicyOf(KindOf(status));
      if (attempt >= policy.max_attempts) return status;
      if (!SleepUnlessStopped(WaitBefore(policy, attempt, RandomFraction()), Stop())) {
        return MakeError(ErrorKind::kInterrupted,
                         "reading " + name + ": stopped before it could be read again");
      }
      LogWarning("reading " + name + " again after: " + status.message());
      auto unit = ReadRows(index);
      status = unit.status();
      if (status.ok()) status = Complete(index, unit.MoveValueUnsafe());
      if (status.ok()) return status;
    }
  }

  std::stop_token Stop() const { return shared_.stop_source.get_token(); }

  Extraction& shared_;
  std::unique_ptr<Session> session_;
  bool reads_ahead_;
  size_t completing_ = 0;
  Unit unit_;  // of `completing_`, until its completion begins
  std::shared_future<arrow::Status> completed_;  // of `completing_`; invalid: of none
  Unit discarded_;  // failed; it can end when `completed_` is ready
  std::vector<std::pair<size_t, arrow::Status>> failed_;  // at their first reading
};

void Work(Extraction& shared) {
  if (shared.plan.gentleness != Gentleness::kFull) {
    GiveWay();
  } else if (shared.plan.workers > 1 && shared.board.num_units() > 1) {
    AwaitTurns();
  }
  Worker(shared).Run();
}

/// Rows that reading the table will give, -1 if nobody knows.
double ExpectedRows(const TablePlan& table) {
  const double limit = table.limit < 0 ? -1 : static_cast<double>(table.limit);
  if (!table.where.empty() || table.table.estimated_rows < 0) return limit;
  return limit < 0 ? table.table.estimated_rows
                   : std::min(limit, table.table.estimated_rows);
}

RunProgressView ViewOf(Extraction& shared, Clock::time_point begin) {
  using Stage = UnitBoard::Stage;
  RunProgressView view{.num_tables = static_cast<int64_t>(shared.plan.tables.size()),
                       .elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
                           Clock::now() - begin)};
  double read_bytes = 0;
  bool is_share_known = true;
  for (size_t i = 0; i < shared.plan.tables.size(); ++i) {
    const TablePlan& plan = shared.plan.tables[i];
    const auto [stage, elapsed] = shared.board.StageOf(i);
    TableProgressView table{.name = plan.name,
                            .rows = shared.progress[i].rows,
                            .wire_bytes = shared.progress[i].wire_bytes,
                            .estimated_rows = ExpectedRows(plan),
                            .elapsed = elapsed};
    view.rows += table.rows;
    view.wire_bytes += table.wire_bytes;
    const double share = stage == Stage::kRead ? 1 : table.Share();
    is_share_known = is_share_known && share >= 0;
    read_bytes += share * static_cast<double>(plan.table.total_bytes);
    if (stage == Stage::kRead) ++view.num_read;
    if (stage == Stage::kBeingRead) view.tables.push_back(std::move(table));
  }
  const auto all_bytes = static_cast<double>(EstimatedBytes(shared.plan));
  if (is_share_known && all_bytes > 0) view.share = read_bytes / all_bytes;
  return view;
}

}  // namespace

std::vector<TableExtraction> ExtractTables(
    const RunPlan& plan, WorkerSessions& sessions, SnapshotExporter& exporter,
    const Destination& destination,
    const std::function<void(const RunProgressView&)>& on_progress,
    const std::stop_token& stop) {
  Extraction shared{.plan = plan,
                    .sessions = sessions,
                    .snapshot = exporter.token(),
                    .destination = destination,
                    .board = UnitBoard(plan.tables),
                    .progress = std::vector<TableProgress>(plan.tables.size())};
  LogDebug("reading under snapshot " + shared.snapshot.contents + " with " +
           std::to_string(plan.workers) + " workers");
  const std::stop_callback forward(stop, [&] { shared.stop_source.request_stop(); });
  std::mutex mutex;
  std::condition_variable done;
  int running = plan.workers;
  std::vector<std::jthread> workers;
  workers.reserve(static_cast<size_t>(plan.workers));
  for (int i = 0; i < plan.workers; ++i) {
    workers.emplace_back([&] {
      Work(shared);
      const std::scoped_lock lock(mutex);
      if (--running == 0) done.notify_all();
    });
  }
  const auto begin = Clock::now();
  auto last_poll = begin;
  std::unique_lock lock(mutex);
  while (!done.wait_for(lock, kTick, [&] { return running == 0; })) {
    lock.unlock();
    on_progress(ViewOf(shared, begin));
    if (Clock::now() - last_poll >= kPollEvery) {
      last_poll = Clock::now();
      if (const arrow::Status status = exporter.Poll(); !status.ok()) {
        shared.board.FailIncomplete(status);
        shared.stop_source.request_stop();
      }
    }
    lock.lock();
  }
  lock.unlock();
  workers.clear();
  if (stop.stop_requested()) {
    shared.board.FailIncomplete(MakeError(
        ErrorKind::kInterrupted, "reading: stopped before the table was complete"));
  }
  return shared.board.Collect();
}

}  // namespace carmilla
