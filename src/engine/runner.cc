#include "engine/runner.h"

#include <algorithm>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/log.h"
#include "engine/extraction.h"
#include "engine/planned_group.h"
#include "engine/source_connection.h"
#include "engine/table_publisher.h"
#include "engine/task_stage.h"
#include "plan/model_file.h"

namespace carmilla {
namespace {

using Clock = std::chrono::steady_clock;

// No run takes so long, so no writer of one is still at work.
constexpr std::chrono::hours kAgeOfLeftovers{24};

std::chrono::milliseconds Since(Clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
}

/// A new snapshot would cure these; a repetition under the old one would not.
bool NeedsNewSnapshot(const arrow::Status& status) {
  if (status.ok()) return false;
  const ErrorKind kind = KindOf(status);
  return kind == ErrorKind::kRelationChanged || kind == ErrorKind::kSnapshotLost;
}

class Run {
 public:
  Run(const RunRequest& request, ConnectionSettings settings, ProgressListener& listener,
      std::stop_token stop)
      : request_(request),
        settings_(std::move(settings)),
        listener_(listener),
        stop_(std::move(stop)),
        publisher_(request.destination, FilesOfModels(request.configuration.models)) {}

  arrow::Result<RunReport> Execute() {
    const auto begin = Clock::now();
    ARROW_RETURN_NOT_OK(request_.destination.store->CheckWritable());
    if (const auto& catalog = request_.destination.catalog; catalog != nullptr) {
      ARROW_RETURN_NOT_OK(catalog->Prepare());
    }
    // No reason for a run to fail: the right to look for them may be missing.
    const arrow::Status removed =
        request_.destination.store->RemoveLeftovers(kAgeOfLeftovers);
    if (!removed.ok()) LogInfo("removing leftovers: " + removed.message());
    const bool reads_this_group =
        request_.options.reads_tables &&
        request_.configuration.consistency != Consistency::kTable;
    ARROW_ASSIGN_OR_RAISE(
        PlannedGroup group,
        PlanGroup(request_.options,
                  reads_this_group ? ConnectWorker::kAhead : ConnectWorker::kWhenNeeded));
    Describe(group);
    report_.not_run = group.plan.not_run;
    report_.vanished = group.plan.vanished;
    for (const RelationName& name : group.plan.ignored) {
      report_.ignored.push_back(name.ToString());
    }
    listener_.OnPlanned(group.plan);
    Refuse(group.plan);
    table_names_ = group.plan.configured;
    if (group.plan.consistency == Consistency::kRun) {
      RunGroup(std::move(group), request_.options);
    } else {
      group.exporter->End();
      group.workers.reset();
      for (const TablePlan& table : group.plan.tables) RunAlone(table);
      RunTasksUnder(nullptr);
    }
    SettleCatalog();
    report_.duration = Since(begin);
    PutReport();
    return std::move(report_);
  }

 private:
  /// Tables that were published stay published, whatever becomes of it.
  void SettleCatalog() {
    const auto& catalog = request_.destination.catalog;
    std::vector<std::string> published;
    for (const TableOutcome& table : report_.tables) {
      if (table.status.ok() && !table.is_task) published.push_back(table.name);
    }
    if (catalog == nullptr || published.empty()) return;
    const std::string settler = catalog->SettledBy(published);
    if (settler.empty()) return;
    listener_.OnWaiting(settler);
    const auto names = publisher_.lake().ListTables();
    report_.catalog_status =
        names.ok() ? catalog->Settle(*names, published, stop_) : names.status();
    if (!report_.catalog_status.ok() && stop_.stop_requested()) {
      report_.catalog_status =
          MakeError(listener_.StopKind(),
                    "waiting for " + settler + ": stopped; the tables are published",
                    "the catalog shows them after the crawl of the next run");
    }
  }

  arrow::Result<PlannedGroup> PlanGroup(const PlanOptions& options,
                                        ConnectWorker connect) {
    return PlanUnderSnapshot(request_, settings_, options, connect, stop_);
  }

  void Describe(const PlannedGroup& group) {
    report_.run_id = request_.destination.run_id;
    report_.source = group.plan.source;
    const bool is_run = group.plan.consistency == Consistency::kRun;
    report_.consistency = is_run ? "run" : "table";
    if (is_run) report_.snapshot = group.exporter->token().contents;
  }

  void Refuse(const RunPlan& plan) {
    for (const RefusedTable& refused : plan.refused) {
      Finish({.name = refused.name,
              .relation = refused.relation.empty() ? refused.name : refused.relation,
              .status = refused.reason});
    }
  }

  void Finish(TableOutcome outcome) {
    if (!outcome.status.ok() && KindOf(outcome.status) == ErrorKind::kInterrupted) {
      outcome.status = MakeError(listener_.StopKind(), outcome.status.message(),
                                 HintOf(outcome.status));
    }
    if (request_.reword && !outcome.status.ok()) {
      outcome.status = request_.reword(outcome.status);
    }
    listener_.OnTableFinished(outcome);
    report_.tables.push_back(std::move(outcome));
  }

  /// Reports a table of which nothing could be read.
  void FinishUnread(const TablePlan& table, const arrow::Status& reason) {
    Finish(
        {.name = table.name, .relation = table.table.name.ToString(), .status = reason});
  }

  /// What was read of the tables of a group, and which versions it may replace.
  struct ReadTables {
    std::vector<std::optional<CurrentTable>> expected;
    std::vector<TableExtraction> extractions;
  };

  /// Takes the tables out of the group that could not be published, and reports them.
  ReadTables ReadGroup(PlannedGroup& group) {
    ReadTables read;
    std::erase_if(group.plan.tables, [&](const TablePlan& table) {
      auto expected =
          publisher_.ReadExpected(table, group.exporter->token(), group.plan.server);
      // Many tables take a while; that the snapshot is lost shows when a worker imports
      // it.
      static_cast<void>(group.exporter->Poll());
      // What could not be published is not read.
      if (!expected.ok()) {
        FinishUnread(table, expected.status());
        return true;
      }
      read.expected.push_back(*std::move(expected));
      return false;
    });
    read.extractions = ExtractTables(
        group.plan, *group.workers, *group.exporter, request_.destination,
        [&](const RunProgressView& progress) { listener_.OnProgress(progress); }, stop_);
    group.workers.reset();
    // Publishing needs no snapshot: the server may clean up again.
    if (!KeepsSnapshot(group)) group.exporter->End();
    return read;
  }

  /// Reads the group, once more under a new snapshot if one of its tables needs it, then
  /// publishes what was read completely.
  void RunGroup(PlannedGroup group, const PlanOptions& options) {
    ReadTables read = ReadGroup(group);
    const auto lost = std::ranges::find_if(read.extractions, NeedsNewSnapshot,
                                           &TableExtraction::status);
    if (lost != read.extractions.end() && !stop_.stop_requested()) {
      listener_.OnRestart(lost->status);
      auto again = PlanAgain(group.plan, options);
      if (again.ok()) {
        group = std::move(*again);
        read = ReadGroup(group);
      } else {
        Abandon(again.status(), &read.extractions);
      }
    }
    for (size_t i = 0; i < group.plan.tables.size(); ++i) {
      Finish(publisher_.Publish(group.plan, group.plan.tables[i], read.extractions[i],
                                group.exporter->token(), read.expected[i], stop_));
      if (KeepsSnapshot(group)) static_cast<void>(group.exporter->Poll());
    }
    if (group.plan.consistency == Consistency::kRun) RunTasksUnder(&group);
  }

  /// The tasks of a run see what its tables saw.
  bool KeepsSnapshot(const PlannedGroup& group) const {
    return group.plan.consistency == Consistency::kRun && !request_.tasks.empty();
  }

  /// `group` null: each task takes a snapshot of its own.
  void RunTasksUnder(PlannedGroup* group) {
    if (request_.tasks.empty()) return;
    const TaskStage stage{.request = request_,
                          .connection = settings_,
                          .publisher = publisher_,
                          .listener = listener_,
                          .finish = [this](TableOutcome one) { Finish(std::move(one)); }};
    RunTaskStage(stage, group, table_names_, stop_);
  }

  /// Plans the tables of `before` under a new snapshot; those that cannot be read any
  /// more are reported. Nothing else changes: no table is reported twice, and what the
  /// plan promised holds.
  arrow::Result<PlannedGroup> PlanAgain(const RunPlan& before,
                                        const PlanOptions& options) {
    ARROW_ASSIGN_OR_RAISE(PlannedGroup group,
                          PlanGroup(Tolerant(options), ConnectWorker::kAhead));
    FinishVanished(before, group.plan);
    std::erase_if(group.plan.tables, [&](const TablePlan& table) {
      return std::ranges::find(before.tables, table.name, &TablePlan::name) ==
             before.tables.end();
    });
    group.plan.consistency = before.consistency;
    Describe(group);
    return group;
  }

  /// Nothing can be read any more: tables that failed keep the errors that they have.
  static void Abandon(const arrow::Status& reason,
                      std::vector<TableExtraction>* extractions) {
    const bool is_interrupted = KindOf(reason) == ErrorKind::kInterrupted;
    for (TableExtraction& extraction : *extractions) {
      if (extraction.status.ok() || is_interrupted) extraction.status = reason;
    }
  }

  static PlanOptions Tolerant(PlanOptions options) {
    options.skip_unknown = true;
    return options;
  }

  /// Reports the tables that the first plan would have read and the second does not.
  void FinishVanished(const RunPlan& before, const RunPlan& now) {
    for (const TablePlan& table : before.tables) {
      if (std::ranges::find(now.tables, table.name, &TablePlan::name) !=
          now.tables.end()) {
        continue;
      }
      const auto refused =
          std::ranges::find(now.refused, table.name, &RefusedTable::name);
      FinishUnread(
          table, refused != now.refused.end()
                     ? refused->reason
                     : MakeError(ErrorKind::kUnknownRelation,
                                 "reading: the table was dropped meanwhile: " +
                                     table.table.name.ToString(),
                                 "its last version stays in the lake; the next run goes "
                                 "on without it"));
    }
  }

  void RunAlone(const TablePlan& table) {
    if (stop_.stop_requested()) {
      FinishUnread(
          table, MakeError(ErrorKind::kInterrupted, "reading: stopped before it began"));
      return;
    }
    PlanOptions options = Tolerant(request_.options);
    options.tables = {table.name};
    auto group = PlanGroup(options, ConnectWorker::kAhead);
    if (!group.ok()) {
      FinishUnread(table, group.status());
      return;
    }
    group->plan.consistency = Consistency::kTable;
    if (group->plan.tables.empty()) {
      RunPlan before;
      before.tables.push_back(table);
      FinishVanished(before, group->plan);
      return;
    }
    RunGroup(std::move(*group), options);
  }

  /// The report is for `status` only: a run whose tables are published is not failed by
  /// it.
  void PutReport() {
    if (!request_.destination.is_lake) return;
    const arrow::Status status =
        publisher_.lake().PutRunReport(report_.run_id, SerializeRunReport(report_));
    if (!status.ok()) LogWarning("writing the run report: " + status.message());
  }

  const RunRequest& request_;
  const ConnectionSettings settings_;
  ProgressListener& listener_;
  const std::stop_token stop_;
  TablePublisher publisher_;
  std::set<std::string> table_names_;  ///< Of configured tables: no task may write one.
  RunReport report_;
};

}  // namespace

arrow::Result<RunReport> ExecuteRun(const RunRequest& request, ProgressListener& listener,
                                    std::stop_token stop) {
  ARROW_ASSIGN_OR_RAISE(
      ConnectionSettings settings,
      SourceSettings(request.configuration, request.destination.run_id));
  return Run(request, std::move(settings), listener, std::move(stop)).Execute();
}

arrow::Result<RunPlan> PlanOnly(const RunRequest& request, const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(
      const ConnectionSettings settings,
      SourceSettings(request.configuration, request.destination.run_id));
  ARROW_ASSIGN_OR_RAISE(auto group, PlanUnderSnapshot(request, settings, request.options,
                                                      ConnectWorker::kWhenNeeded, stop));
  return std::move(group.plan);
}

}  // namespace carmilla
