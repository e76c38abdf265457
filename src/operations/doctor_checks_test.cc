#include "operations/doctor_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations/doctor.h"

namespace carmilla {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A reader without any right in excess on a server without any problem.
DoctorFacts SoundFacts() {
  DoctorFacts facts;
  facts.role.name = "reader";
  facts.server = {.version_number = 150000, .max_connections = 100};
  facts.server.reserved_connections = 3;
  facts.server.used_connections = 1;
  facts.server.database_connection_limit = -1;
  facts.server.database_connections = 1;
  facts.role.connections = 1;
  facts.plan.workers = 2;
  return facts;
}

TEST(DoctorChecksTest, ClocksMayDifferByLessThanHalfAMinute) {
  DoctorFacts facts = SoundFacts();
  for (const milliseconds offset : {milliseconds(29'999), milliseconds(-29'999)}) {
    facts.server.clock_offset = offset;
    EXPECT_THAT(FindClockSkew(facts), IsEmpty());
  }
  for (const milliseconds offset : {milliseconds(30'000), milliseconds(-30'000)}) {
    facts.server.clock_offset = offset;
    EXPECT_THAT(FindClockSkew(facts), SizeIs(1));
  }
}

TEST(DoctorChecksTest, AServerNeedsRoomForTheWorkersAndTheSnapshot) {
  DoctorFacts facts = SoundFacts();
  // The session that asks is gone when the run begins.
  facts.server.used_connections = 95;
  EXPECT_THAT(FindFewFreeConnections(facts), IsEmpty());
  facts.server.used_connections = 96;
  EXPECT_THAT(FindFewFreeConnections(facts), SizeIs(1));
  facts.role.is_superuser = true;
  EXPECT_THAT(FindFewFreeConnections(facts), IsEmpty());
}

TEST(DoctorChecksTest, ALimitOfTheRoleThatIsLargeEnoughIsFine) {
  DoctorFacts facts = SoundFacts();
  facts.role.connection_limit = 3;
  EXPECT_THAT(FindRoleConnectionLimit(facts), IsEmpty());
  facts.role.connections = 2;
  ASSERT_THAT(FindRoleConnectionLimit(facts), SizeIs(1));
  EXPECT_THAT(FindRoleConnectionLimit(facts)[0].cure,
              ElementsAre(R"(ALTER ROLE "reader" CONNECTION LIMIT 4;)"));
}

TEST(DoctorChecksTest, ASuperuserIsToldOnce) {
  DoctorFacts facts = SoundFacts();
  facts.role.is_superuser = facts.role.creates_roles = facts.role.may_replicate = true;
  facts.role.powerful_roles = {"pg_write_all_data"};
  facts.traits[1] = {.oid = 1, .is_owned = true, .writes = {"DELETE"}};
  EXPECT_THAT(FindSuperuser(facts), SizeIs(1));
  EXPECT_THAT(FindCreaterole(facts), IsEmpty());
  EXPECT_THAT(FindReplicationRight(facts), IsEmpty());
  EXPECT_THAT(FindPowerfulRoles(facts), IsEmpty());
  EXPECT_THAT(FindOwnedTables(facts), IsEmpty());
  EXPECT_THAT(FindWriteGrants(facts), IsEmpty());
}

TEST(DoctorChecksTest, NamesInACureAreQuoted) {
  DoctorFacts facts = SoundFacts();
  facts.role.name = R"(bo"b)";
  facts.role.creates_databases = true;
  EXPECT_THAT(FindCreatedb(facts)[0].cure,
              ElementsAre(R"(ALTER ROLE "bo""b" NOCREATEDB;)"));
}

TEST(DoctorChecksTest, APasswordIsToldTwoWeeksBeforeItExpires) {
  DoctorFacts facts = SoundFacts();
  EXPECT_THAT(FindExpiringPassword(facts), IsEmpty());
  facts.role.password_lifetime = std::chrono::hours(14 * 24 + 1);
  EXPECT_THAT(FindExpiringPassword(facts), IsEmpty());
  facts.role.password_lifetime = std::chrono::hours(14 * 24);
  EXPECT_THAT(FindExpiringPassword(facts), SizeIs(1));
  facts.role.password_lifetime = seconds(-1);
  EXPECT_EQ(FindExpiringPassword(facts)[0].what, "the role's password has expired");
}

TEST(DoctorChecksTest, AReplicaWithFeedbackCancelsNobody) {
  DoctorFacts facts = SoundFacts();
  facts.server.is_in_recovery = true;
  facts.server.standby_delay = milliseconds(-1);
  EXPECT_THAT(FindShortStandbyDelay(facts), SizeIs(1));
  EXPECT_THAT(FindReplicaWithoutFeedback(facts), SizeIs(1));
  facts.server.has_feedback = true;
  EXPECT_THAT(FindShortStandbyDelay(facts), IsEmpty());
  EXPECT_THAT(FindReplicaWithoutFeedback(facts), IsEmpty());
}

TEST(DoctorChecksTest, ASnapshotLimitAboveTheCapIsFine) {
  DoctorFacts facts = SoundFacts();
  facts.server.snapshot_limit = facts.configuration.max_snapshot_age;
  EXPECT_THAT(FindSnapshotLimit(facts), IsEmpty());
  *facts.server.snapshot_limit -= seconds(1);
  EXPECT_THAT(FindSnapshotLimit(facts), SizeIs(1));
}

TEST(DoctorChecksTest, OnlyTheOldAndTheUntestedVersionsAreTold) {
  DoctorFacts facts = SoundFacts();
  const auto is_told = [&](int major) {
    facts.server.version_number = major * 10'000;
    return !FindOldVersion(facts).empty() || !FindUntestedVersion(facts).empty();
  };
  EXPECT_TRUE(is_told(13));
  EXPECT_FALSE(is_told(14));
  EXPECT_FALSE(is_told(18));
  EXPECT_TRUE(is_told(19));
}

TEST(DoctorTest, JudgesNothingThatIsNotKnown) {
  const DoctorReport report = Judge(DoctorFacts());
  EXPECT_EQ(report.ExitCode(), 0);
  EXPECT_EQ(report.server, "");
  EXPECT_THAT(report.capabilities, IsEmpty());
  for (const CheckResult& check : report.checks) {
    EXPECT_TRUE(check.is_skipped || check.findings.empty()) << check.id;
  }
  EXPECT_GT(report.NumSkipped(), 40);
}

TEST(DoctorTest, TheFirstProblemDecidesTheExitCode) {
  DoctorFacts facts;
  facts.connection_status = MakeError(ErrorKind::kAuthentication, "refused");
  facts.machine.ignored_password_file = "/nowhere";
  EXPECT_EQ(Judge(facts).ExitCode(), 77);
  facts.configuration_status = MakeError(ErrorKind::kConfiguration, "wrong");
  EXPECT_EQ(Judge(facts).ExitCode(), 78);
  facts.connection_status = facts.configuration_status = arrow::Status::OK();
  EXPECT_EQ(Judge(facts).ExitCode(), 0);  // A warning is left.
  EXPECT_EQ(Judge(facts).Count(Severity::kWarning), 1);
}

}  // namespace
}  // namespace carmilla
