#include "cli/doctor_printer.h"

#include <gtest/gtest.h>

#include <sstream>

#include "core/json.h"

namespace carmilla {
namespace {

/// A little of everything.
DoctorReport Report() {
  DoctorReport report{
      .server = "reader@db.example.com:5432/app, PostgreSQL 15.20, replica",
      .duration = std::chrono::milliseconds(142)};
  report.capabilities = {{"block ranges", true, "`full` reads in parallel"},
                         {"shows all sessions", false, "others stay hidden"}};
  report.checks = {
      {.id = "clock-skew", .group = CheckGroup::kConnection, .is_skipped = true},
      {.id = "role-creates-roles",
       .group = CheckGroup::kRole,
       .severity = Severity::kWarning,
       .findings = {{.what = "the role may create and change roles",
                     .where = {"reader"},
                     .cure = {"ALTER ROLE \"reader\" NOCREATEROLE;"}}}},
      {.id = "grant-missing",
       .group = CheckGroup::kRole,
       .severity = Severity::kProblem,
       .kind = ErrorKind::kPermission,
       .findings = {{.what = "the role may not read all that the configuration asks for",
                     .where = {"a.a", "a.b", "a.c", "a.d", "a.e", "a.f", "a.g", "a.h"},
                     .cure = {"GRANT USAGE ON SCHEMA \"a\" TO \"reader\";"}}}},
      {.id = "name-reserved",
       .group = CheckGroup::kTables,
       .cure = "Choose a table's name with `as:`; quote the columns in every query that "
               "names them.",
       .findings = {
           {.what = "names that are words of SQL", .where = {"or\x1b[31mder"}}}}};
  return report;
}

TEST(DoctorPrinterTest, PrintsGroupsWithProblemsFirstInWholeLines) {
  std::ostringstream out;
  PrintDoctorReport(Report(), Terminal::OfOutput(), out);
  EXPECT_EQ(out.str(), R"(reader@db.example.com:5432/app, PostgreSQL 15.20, replica
  capability          here  what follows
  block ranges        yes   `full` reads in parallel
  shows all sessions  no    others stay hidden

role
  PROBLEM  the role may not read all that the configuration asks for [grant-missing]
           a.a, a.b, a.c, a.d, a.e, a.f and 2 more
           GRANT USAGE ON SCHEMA "a" TO "reader";
  warning  the role may create and change roles [role-creates-roles]
           reader
           ALTER ROLE "reader" NOCREATEROLE;

tables
  note     names that are words of SQL [name-reserved]
           or\x1b[31mder
           -> Choose a table's name with `as:`; quote the columns in every query that names them.

1 problem, 1 warning, 1 note, 4 checks (1 skipped), 142 ms
)");
}

TEST(DoctorPrinterTest, PrintsEveryCheckAsJson) {
  std::ostringstream out;
  PrintDoctorJson(Report(), out);
  const auto json = ParseJson(out.str(), "the report");
  ASSERT_TRUE(json.ok());
  EXPECT_EQ((*json)["problems"], 1);
  EXPECT_EQ((*json)["checks"].size(), 4);
  EXPECT_EQ((*json)["checks"][0]["result"], "skipped");
  EXPECT_EQ((*json)["checks"][2]["findings"][0]["kind"], "permission");
  EXPECT_EQ((*json)["checks"][2]["findings"][0]["where"].size(), 8);
}

}  // namespace
}  // namespace carmilla
