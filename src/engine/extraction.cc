#include "engine/extraction.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <thread>

#include "core/error.h"
#include "core/log.h"
#include "core/quantity.h"
#include "core/retry.h"

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

  bool IsBeingRead(size_t table) {
    const std::scoped_lock lock(mutex_);
    return tables_[table].begun && !IsComplete(table) && tables_[table].status.ok();
  }

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
                    &shared.progress[unit.table], stop);
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
  std::unique_ptr<Session> session;
  while (!shared.stop_source.stop_requested()) {
    const std::optional<size_t> index = shared.board.Take();
    if (!index) return;
    shared.board.Complete(*index,
                          ReadWithRetries(shared, shared.board.unit(*index), &session));
  }
}

std::vector<TableProgressView> ViewOf(Extraction& shared) {
  std::vector<TableProgressView> views;
  for (size_t table = 0; table < shared.plan.tables.size(); ++table) {
    if (!shared.board.IsBeingRead(table)) continue;
    const TablePlan& plan = shared.plan.tables[table];
    views.push_back({.name = plan.name,
                     .rows = shared.progress[table].rows,
                     .wire_bytes = shared.progress[table].wire_bytes,
                     .estimated_rows = plan.table.estimated_rows});
  }
  return views;
}

}  // namespace

std::vector<TableExtraction> ExtractTables(
    const RunPlan& plan, const ConnectionSettings& settings, SnapshotExporter& exporter,
    const Destination& destination,
    const std::function<void(const std::vector<TableProgressView>&)>& on_progress,
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
  auto last_poll = Clock::now();
  std::unique_lock lock(mutex);
  while (!done.wait_for(lock, kTick, [&] { return running == 0; })) {
    lock.unlock();
    on_progress(ViewOf(shared));
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
