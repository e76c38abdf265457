#include "engine/extraction.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <utility>

#include "core/error.h"
#include "core/log.h"
#include "core/quantity.h"
#include "core/retry.h"
#include "engine/table_scan.h"
#include "engine/thread_priority.h"

namespace carmilla {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{200};
/// An idle coordinator would be ended by idle_in_transaction_session_timeout (60 s).
constexpr std::chrono::seconds kPollEvery{5};

/// The units of one extraction and what became of them. Shared by the workers.
class UnitBoard {
 public:
  explicit UnitBoard(const std::vector<TablePlan>& tables)
      : units_(CutIntoUnits(tables)), results_(units_.size()), tables_(tables.size()) {
    for (const ScanUnit& unit : units_) ++tables_[unit.table].num_units;
  }

  /// The next unit of a table that has not failed, or nothing.
  std::optional<size_t> Take() {
    const std::scoped_lock lock(mutex_);
    while (next_ < units_.size()) {
      const size_t index = next_++;
      TableState& table = tables_[units_[index].table];
      if (!table.status.ok()) continue;
      if (!table.begun) table.begun = Clock::now();
      return index;
    }
    return std::nullopt;
  }

  void Complete(size_t index, arrow::Result<UnitResult> result) {
    const std::scoped_lock lock(mutex_);
    TableState& table = tables_[units_[index].table];
    table.ended = Clock::now();
    if (result.ok()) {
      LogDebug("read piece " + std::to_string(index + 1) + " of " +
               std::to_string(units_.size()) + ": " + FormatBytes(result->wire_bytes));
      results_[index] = std::move(*result);
      ++table.completed_units;
    } else if (table.status.ok()) {
      table.status = result.status();
    }
  }

  /// Fails every table that is not complete, so that no further unit is handed out.
  void FailIncomplete(const arrow::Status& status) {
    const std::scoped_lock lock(mutex_);
    for (size_t table = 0; table < tables_.size(); ++table) {
      if (!IsComplete(table) && tables_[table].status.ok())
        tables_[table].status = status;
    }
  }

  enum class Stage : uint8_t { kWaiting, kBeingRead, kRead, kFailed };

  /// How far a table is, and since when it has been read.
  std::pair<Stage, std::chrono::milliseconds> StageOf(size_t table) {
    const std::scoped_lock lock(mutex_);
    const TableState& state = tables_[table];
    if (!state.status.ok()) return {Stage::kFailed, {}};
    if (IsComplete(table)) return {Stage::kRead, {}};
    if (!state.begun) return {Stage::kWaiting, {}};
    return {Stage::kBeingRead, std::chrono::duration_cast<std::chrono::milliseconds>(
                                   Clock::now() - *state.begun)};
  }

  size_t num_units() const { return units_.size(); }
  const ScanUnit& unit(size_t index) const { return units_[index]; }

  /// Call when all workers have ended.
  std::vector<TableExtraction> Collect() {
    std::vector<TableExtraction> extractions(tables_.size());
    for (size_t table = 0; table < tables_.size(); ++table) {
      extractions[table].status = tables_[table].status;
      if (tables_[table].begun) {
        extractions[table].duration =
            std::chrono::duration_cast<std::chrono::milliseconds>(tables_[table].ended -
                                                                  *tables_[table].begun);
      }
    }
    for (size_t i = 0; i < units_.size(); ++i) {
      if (results_[i]) Append(std::move(*results_[i]), &extractions[units_[i].table]);
    }
    return extractions;
  }

 private:
  struct TableState {
    arrow::Status status;
    size_t num_units = 0;
    size_t completed_units = 0;
    std::optional<Clock::time_point> begun;
    Clock::time_point ended;
  };

  bool IsComplete(size_t table) const {
    return tables_[table].completed_units == tables_[table].num_units;
  }

  static void Append(UnitResult result, TableExtraction* extraction) {
    if (extraction->status.ok()) {
      std::ranges::move(result.files, std::back_inserter(extraction->files));
    }
    AddCounts(result.policy_counts, &extraction->policy_counts);
    extraction->wire_bytes += result.wire_bytes;
  }

  std::mutex mutex_;
  const std::vector<ScanUnit> units_;
  std::vector<std::optional<UnitResult>> results_;
  std::vector<TableState> tables_;
  size_t next_ = 0;
};

/// What all workers of one extraction share.
struct Extraction {
  const RunPlan& plan;
  ConnectionSettings settings;
  SnapshotToken snapshot;
  const Destination& destination;
  UnitBoard board;
  std::vector<TableProgress> progress;
  LargeRowGate large_rows;
  std::stop_source stop_source;
};

/// Connects if necessary and reads one unit. An exception, such as for want of memory,
/// fails this unit's table and no other.
arrow::Result<UnitResult> ReadOnce(Extraction& shared, const ScanUnit& unit,
                                   std::unique_ptr<Session>* session,
                                   const std::stop_token& stop) {
  try {
    if (*session == nullptr) {
      ARROW_ASSIGN_OR_RAISE(*session, Session::Connect(shared.settings, stop));
    }
    return ReadUnit(**session, shared.snapshot, shared.plan, unit, shared.destination,
                    &shared.progress[unit.table], &shared.large_rows, stop);
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorKind::kOutOfMemory,
                     "reading " + shared.plan.tables[unit.table].name +
                         ": the system gave no more memory",
                     "use fewer `threads:`, or give the process more memory");
  } catch (const std::exception& exception) {
    return MakeError(ErrorKind::kBug, "reading " + shared.plan.tables[unit.table].name +
                                          ": unexpected exception: " + exception.what());
  }
}

/// Reads one unit, again where a repetition under the same snapshot may cure it.
/// `session` is made when missing and thrown away after a failure.
arrow::Result<UnitResult> ReadWithRetries(Extraction& shared, const ScanUnit& unit,
                                          std::unique_ptr<Session>* session) {
  const std::stop_token stop = shared.stop_source.get_token();
  for (int attempt = 1;; ++attempt) {
    arrow::Result<UnitResult> result = ReadOnce(shared, unit, session, stop);
    if (result.ok()) return result;
    session->reset();
    const RetryPolicy policy = RetryPolicyOf(KindOf(result.status()));
    if (attempt >= policy.max_attempts) return result;
    if (!SleepUnlessStopped(WaitBefore(policy, attempt, RandomFraction()), stop)) {
      return MakeError(ErrorKind::kInterrupted,
                       "reading " + shared.plan.tables[unit.table].name +
                           ": stopped before it could be read again");
    }
    LogWarning("reading " + shared.plan.tables[unit.table].name +
               " again after: " + result.status().message());
  }
}

void Work(Extraction& shared) {
  if (shared.plan.gentleness != Gentleness::kFull) {
    GiveWay();
  } else if (shared.plan.workers > 1 && shared.board.num_units() > 1) {
    AwaitTurns();
  }
  std::unique_ptr<Session> session;
  while (!shared.stop_source.stop_requested()) {
    const std::optional<size_t> index = shared.board.Take();
    if (!index) return;
    shared.board.Complete(*index,
                          ReadWithRetries(shared, shared.board.unit(*index), &session));
  }
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
    const RunPlan& plan, const ConnectionSettings& settings, SnapshotExporter& exporter,
    const Destination& destination,
    const std::function<void(const RunProgressView&)>& on_progress,
    const std::stop_token& stop) {
  Extraction shared{.plan = plan,
                    .settings = settings,
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
