#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/run_id.h"
#include "engine/lake_store.h"
#include "engine/runner.h"
#include "engine/task_selection.h"
#include "lake/lake.h"
#include "plan/configuration_reader.h"
#include "testing/matchers.h"
#include "testing/temporary_folder.h"
#include "testing/test_database.h"

namespace carmilla {

using Body = std::function<arrow::Status(TaskServices&)>;

class SilentListener : public ProgressListener {
 public:
  void OnPlanned(const RunPlan&) override {}
  void OnProgress(const RunProgressView& progress) override {
    for (const TableProgressView& one : progress.tables) seen.insert(one.name);
  }
  void OnTableFinished(const TableOutcome&) override {}
  void OnRestart(const arrow::Status&) override {}

  std::set<std::string> seen;
};

inline TaskRead Orders() {
  return {.relation = {"public", "orders"},
          .columns = {{.name = "id", .type = "bigint", .is_nullable = false},
                      {.name = "amount", .type = "numeric(12,2)"}}};
}

inline TaskRead Users() {
  return {.relation = {"public", "users"},
          .columns = {{.name = "id", .type = "integer", .is_nullable = false}}};
}

/// Writes all rows of `read` into `table`.
inline arrow::Status Copy(TaskServices& services, const TaskRead& read,
                          const std::string& table) {
  ARROW_ASSIGN_OR_RAISE(const auto source, services.Read(read));
  ARROW_ASSIGN_OR_RAISE(const auto writer,
                        services.Write({.name = table, .schema = source->schema()}));
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, source->Next(services.stop()));
    if (!batch) break;
    ARROW_RETURN_NOT_OK(writer->Write(batch->rows, ""));
  }
  return writer->Finish().status();
}

inline Task CopyTask(std::string name, std::vector<std::string> after = {}) {
  return {
      .name = name, .after = std::move(after), .body = [name](TaskServices& services) {
        return Copy(services, Orders(), name + "_copy");
      }};
}

/// A small database, a lake in a folder, and runs of tasks between them.
class TaskPgTest : public testing::Test {
 protected:
  TaskPgTest() {
    database_.Exec(
        "CREATE TABLE orders (id bigint PRIMARY KEY, amount numeric(12,2), note text);"
        "INSERT INTO orders SELECT i, i / 100.0, 'n' || i FROM generate_series(1, 5000) "
        "i;"
        "CREATE TABLE users (id integer NOT NULL);"
        "INSERT INTO users SELECT generate_series(1, 10)");
  }

  RunRequest RequestFor(const std::vector<Task>& tasks,
                        const std::vector<std::string>& names = {},
                        const std::string& more = "") {
    const std::string text =
        "connections: {app: {postgres: \"" + database_.ConnectionString() +
        "\"}}\nlake: {path: " + (folder_.path() / "lake").string() + "}\n" + more;
    RunRequest request{.configuration = ParseConfiguration(text, "c.yaml", {},
                                                           {.requires_tables = false})
                                            .ValueOrDie()};
    request.configuration.threads = 2;
    TaskSelection selection =
        SelectTasks(request.configuration, tasks, names).ValueOrDie();
    request.tasks = std::move(selection.tasks);
    request.options.tables = std::move(selection.tables);
    request.options.reads_tables = selection.reads_tables;
    request.options.task_names = std::move(selection.task_names);
    request.destination.store = OpenLakeStore(request.configuration.lake).ValueOrDie();
    request.destination.run_id = MakeRunId(std::chrono::system_clock::now());
    return request;
  }

  RunReport Run(const std::vector<Task>& tasks,
                const std::vector<std::string>& names = {}, const std::string& more = "",
                std::stop_token stop = {}) {
    const RunRequest request = RequestFor(tasks, names, more);
    return ExecuteRun(request, listener_, std::move(stop)).ValueOrDie();
  }

  /// Runs one task of this body and returns how it ended.
  arrow::Status RunOne(Body body) {
    const RunReport report = Run({{.name = "one", .body = std::move(body)}});
    EXPECT_EQ(report.tables.size(), 1U);
    return report.tables.front().status;
  }

  Lake LakeOf() {
    return Lake(OpenLakeStore(RequestFor({}).configuration.lake).ValueOrDie());
  }

  std::optional<Manifest> Published(const std::string& table) {
    const auto current = LakeOf().ReadCurrent(table).ValueOrDie();
    return current ? std::optional(current->manifest) : std::nullopt;
  }

  static const TableOutcome& OutcomeOf(const RunReport& report, const std::string& name) {
    const auto found = std::ranges::find(report.tables, name, &TableOutcome::name);
    if (found == report.tables.end()) throw std::runtime_error("no outcome: " + name);
    return *found;
  }

  TestDatabase database_;
  TemporaryFolder folder_;
  SilentListener listener_;
};

}  // namespace carmilla
