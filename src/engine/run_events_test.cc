#include "engine/run_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/error.h"
#include "core/json.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

Json Parsed(const std::string& line) {
  EXPECT_TRUE(line.ends_with('\n'));
  EXPECT_EQ(line.find('\n'), line.size() - 1) << "one event, one line";
  return ParseJson(line, "event").ValueOr(Json());
}

TablePlan Table(std::string name, double estimated_rows) {
  TablePlan table;
  table.name = std::move(name);
  table.table.name = {.schema = "public", .name = table.name};
  table.table.estimated_rows = estimated_rows;
  table.table.total_bytes = 8192;
  return table;
}

TEST(RunEventsTest, PlannedNamesEveryTableAndWhatIsRefused) {
  RunPlan plan;
  plan.source = "app@localhost:5432/shop";
  plan.tables = {Table("a", 12.6), Table("b", -1)};
  plan.refused.push_back({.name = "c", .reason = MakeError(ErrorKind::kPermission, "x")});
  const Json event = Parsed(PlannedEvent(plan));
  EXPECT_EQ(event["event"], "planned");
  EXPECT_EQ(event["source"], "app@localhost:5432/shop");
  EXPECT_EQ(event["consistency"], "run");
  EXPECT_EQ(DumpJson(event["tables"]),
            R"([{"name":"a","relation":"public.a","estimated_rows":13,)"
            R"("estimated_bytes":8192},)"
            R"({"name":"b","relation":"public.b","estimated_bytes":8192}])");
  EXPECT_EQ(DumpJson(event["refused"]), R"(["c"])");
}

TEST(RunEventsTest, ProgressTellsTheTablesBeingRead) {
  const RunProgressView progress{.tables = {{.name = "a",
                                             .rows = 5,
                                             .wire_bytes = 50,
                                             .estimated_rows = 10,
                                             .elapsed = std::chrono::milliseconds(20)}},
                                 .num_tables = 3,
                                 .num_read = 1,
                                 .rows = 7,
                                 .wire_bytes = 70,
                                 .elapsed = std::chrono::milliseconds(30)};
  EXPECT_EQ(ProgressEvent(progress),
            R"({"event":"progress","milliseconds":30,"num_tables":3,"num_read":1,)"
            R"("rows":7,"wire_bytes":70,"tables":[{"name":"a","rows":5,"wire_bytes":50,)"
            R"("milliseconds":20,"estimated_rows":10}]})"
            "\n");
}

TEST(RunEventsTest, ATableSaysHowItEnded) {
  TableOutcome outcome{.name = "a", .relation = "public.a", .rows = 3};
  EXPECT_EQ(Parsed(TableEvent(outcome))["status"], "ok");
  outcome.status = MakeError(ErrorKind::kPermission, "reading a: refused", "grant it");
  const Json event = Parsed(TableEvent(outcome));
  EXPECT_EQ(event["event"], "table");
  EXPECT_EQ(event["status"], "failed");
  EXPECT_EQ(event["error"]["kind"], "permission");
  EXPECT_EQ(event["error"]["hint"], "grant it");
}

TEST(RunEventsTest, ARestartSaysWhy) {
  const Json event =
      Parsed(RestartEvent(MakeError(ErrorKind::kRelationChanged, "a\nb", "")));
  EXPECT_EQ(event["event"], "restart");
  EXPECT_EQ(event["reason"]["kind"], "relation_changed");
  EXPECT_EQ(event["reason"]["message"], "a\nb");
}

TEST(RunEventsTest, TheReportIsTheReport) {
  RunReport report;
  report.run_id = "20260102T030405678Z-9f3c1a";
  report.tables.push_back({.name = "a", .relation = "public.a"});
  Json event = Parsed(ReportEvent(report));
  EXPECT_EQ(event["event"], "report");
  event.erase("event");
  ASSERT_OK_AND_ASSIGN(const Json stored, ParseJson(SerializeRunReport(report), "r"));
  EXPECT_EQ(event, stored);
}

TEST(RunEventsTest, AnErrorHasItsExitCode) {
  const Json event = Parsed(ErrorEvent(MakeError(ErrorKind::kAuthentication, "no", "")));
  EXPECT_EQ(event["event"], "error");
  EXPECT_EQ(event["kind"], "authentication");
  EXPECT_EQ(event["exit_code"], 77);
}

}  // namespace
}  // namespace carmilla
