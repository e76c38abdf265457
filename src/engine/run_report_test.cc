#include "engine/run_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

TableOutcome Outcome(std::string name, arrow::Status status = arrow::Status::OK()) {
  TableOutcome outcome;
  outcome.name = std::move(name);
  outcome.relation = "public." + outcome.name;
  outcome.status = std::move(status);
  return outcome;
}

RunReport Report(std::vector<TableOutcome> tables) {
  RunReport report;
  report.run_id = "20260102T030405678Z-9f3c1a";
  report.tables = std::move(tables);
  return report;
}

TEST(RunReportTest, ExitCodeIsZeroWhenEveryTableIsFine) {
  EXPECT_EQ(Report({Outcome("a"), Outcome("b")}).ExitCode(), 0);
  EXPECT_EQ(Report({}).ExitCode(), 0);
}

TEST(RunReportTest, ExitCodeIs75WhenEveryFailureMayBeRetried) {
  EXPECT_EQ(Report({Outcome("a", MakeError(ErrorKind::kUnavailable, "x")), Outcome("b"),
                    Outcome("c", MakeError(ErrorKind::kConflict, "x"))})
                .ExitCode(),
            75);
}

TEST(RunReportTest, ExitCodeIsThatOfTheFirstFailureThatMayNotBeRetried) {
  EXPECT_EQ(Report({Outcome("a", MakeError(ErrorKind::kLockTimeout, "x")),
                    Outcome("b", MakeError(ErrorKind::kPermission, "x")),
                    Outcome("c", MakeError(ErrorKind::kData, "x"))})
                .ExitCode(),
            77);
}

TEST(RunReportTest, CancellationWinsOverOtherFailures) {
  EXPECT_EQ(Report({Outcome("a", MakeError(ErrorKind::kData, "x")),
                    Outcome("b", MakeError(ErrorKind::kInterrupted, "x"))})
                .ExitCode(),
            130);
}

TEST(RunReportTest, ACatalogThatFailedFailsTheRunAndIsTold) {
  RunReport report = Report({Outcome("a")});
  report.catalog_status = MakeError(ErrorKind::kPermission, "crawling: no", "ask");
  EXPECT_EQ(report.ExitCode(), 77);
  EXPECT_EQ(report.NumFailed(), 0);
  ASSERT_OK_AND_ASSIGN(const RunReport read,
                       ParseRunReport(SerializeRunReport(report), "report"));
  EXPECT_EQ(read.catalog_status.message(), "crawling: no");
  EXPECT_EQ(HintOf(read.catalog_status), "ask");
  EXPECT_EQ(read.ExitCode(), 77);
  report.catalog_status = MakeError(ErrorKind::kTimeout, "crawling: still at work");
  EXPECT_EQ(report.ExitCode(), 75);
}

TEST(RunReportTest, SurvivesItsJson) {
  RunReport report =
      Report({Outcome("a"), Outcome("b", MakeError(ErrorKind::kData, "bad", "do this"))});
  report.tables[0].rows = 12;
  report.tables[0].duration = std::chrono::milliseconds(34);
  report.not_run = {"public.c"};
  report.ignored = {"public.d", "public.e"};
  report.tables[0].policy_counts = {{"amount", 5}};
  report.tables[0].unusual_years = {{"day", 2}, {"at", 1}};
  report.source = "app@localhost:5432/shop";
  ASSERT_OK_AND_ASSIGN(const RunReport read,
                       ParseRunReport(SerializeRunReport(report), "report"));
  EXPECT_EQ(SerializeRunReport(read), SerializeRunReport(report));
  EXPECT_EQ(read.tables[0].policy_counts, report.tables[0].policy_counts);
  EXPECT_EQ(read.tables[0].unusual_years, report.tables[0].unusual_years);
  EXPECT_THAT(read.tables[1].status, HasKind(ErrorKind::kData));
  EXPECT_EQ(HintOf(read.tables[1].status), "do this");
}

TEST(RunReportTest, TellsTasksThatWroteNoTableFromTables) {
  RunReport report = Report({Outcome("a"), Outcome("b")});
  EXPECT_EQ(report.Subject(), "2 tables");
  report.tables[1].is_task = true;
  ASSERT_OK_AND_ASSIGN(const RunReport read,
                       ParseRunReport(SerializeRunReport(report), "report"));
  EXPECT_FALSE(read.tables[0].is_task);
  EXPECT_TRUE(read.tables[1].is_task);
  EXPECT_EQ(read.Subject(), "2 tables and tasks");
  report.tables[0].is_task = true;
  EXPECT_EQ(report.Subject(), "2 tasks");
}

TEST(RunReportTest, RefusesANewerFormat) {
  EXPECT_THAT(ParseRunReport(R"({"format": 99})", "report").status(),
              HasKind(ErrorKind::kUnsupported));
}

}  // namespace
}  // namespace carmilla
