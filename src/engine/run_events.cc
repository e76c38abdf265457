#include "engine/run_events.h"

#include <cmath>

#include "core/error.h"
#include "core/json.h"
#include "engine/run_report_json.h"

namespace carmilla {
namespace {

/// `members` behind the name of the event, on one line.
std::string Line(const char* event, const Json& members) {
  Json json{{"event", event}};
  json.update(members);
  return DumpJson(json) + "\n";
}

/// Unknown estimates are left out.
void PutEstimate(double rows, Json* json) {
  if (rows >= 0) (*json)["estimated_rows"] = std::llround(rows);
}

Json ToJson(const TablePlan& table) {
  Json json{{"name", table.name}, {"relation", table.Origin()}};
  PutEstimate(table.table.estimated_rows, &json);
  json["estimated_bytes"] = table.table.total_bytes;
  return json;
}

Json ToJson(const TableProgressView& table) {
  Json json{{"name", table.name},
            {"rows", table.rows},
            {"wire_bytes", table.wire_bytes},
            {"milliseconds", table.elapsed.count()}};
  PutEstimate(table.estimated_rows, &json);
  return json;
}

}  // namespace

std::string PlannedEvent(const RunPlan& plan) {
  Json tables = Json::array();
  for (const TablePlan& table : plan.tables) tables.push_back(ToJson(table));
  Json refused = Json::array();
  for (const RefusedTable& table : plan.refused) refused.push_back(table.name);
  Json members{{"source", plan.source},
               {"consistency", plan.consistency == Consistency::kRun ? "run" : "table"},
               {"tables", std::move(tables)},
               {"refused", std::move(refused)}};
  if (!plan.tasks.empty()) members["tasks"] = plan.tasks;
  return Line("planned", members);
}

std::string ProgressEvent(const RunProgressView& progress) {
  Json tables = Json::array();
  for (const TableProgressView& table : progress.tables) tables.push_back(ToJson(table));
  return Line("progress", {{"milliseconds", progress.elapsed.count()},
                           {"num_tables", progress.num_tables},
                           {"num_read", progress.num_read},
                           {"rows", progress.rows},
                           {"wire_bytes", progress.wire_bytes},
                           {"tables", std::move(tables)}});
}

std::string TableEvent(const TableOutcome& outcome) {
  return Line("table", ToJson(outcome));
}

std::string RestartEvent(const arrow::Status& reason) {
  return Line("restart", {{"reason", ToJson(reason)}});
}

std::string ReportEvent(const RunReport& report) {
  return Line("report", ToJson(report));
}

std::string ErrorEvent(const arrow::Status& error) {
  Json json = ToJson(error);
  json["exit_code"] = ExitCodeOf(error);
  return Line("error", json);
}

}  // namespace carmilla
