#include "engine/manifest_builder.h"

#include <gtest/gtest.h>

namespace carmilla {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

TEST(ManifestBuilderTest, TimesAreUtcToTheSecond) {
  EXPECT_EQ(ManifestTime(system_clock::time_point(seconds(0))), "1970-01-01T00:00:00Z");
  EXPECT_EQ(ManifestTime(system_clock::time_point(seconds(1'767'323'105))),
            "2026-01-02T03:05:05Z");
}

/// A run that began at 03:00 and took its snapshot at 03:05.
bool IsNewerThanOurs(const std::string& created_at, const std::string& snapshot_time,
                     const std::string& system_identifier = "one") {
  Manifest published;
  published.created_at = created_at;
  published.source.snapshot_time = snapshot_time;
  published.source.system_identifier = system_identifier;
  return IsNewer(published, {.taken_at = "2026-01-02T03:05:00.000000Z"},
                 {.system_identifier = "one"}, "2026-01-02T03:00:00Z");
}

TEST(ManifestBuilderTest, AVersionWithLaterRowsThatCameMeanwhileIsNewer) {
  EXPECT_TRUE(IsNewerThanOurs("2026-01-02T03:05:02Z", "2026-01-02T03:05:00.000001Z"));
}

TEST(ManifestBuilderTest, AVersionWithEarlierRowsIsReplaced) {
  EXPECT_FALSE(IsNewerThanOurs("2026-01-02T03:05:02Z", "2026-01-02T03:04:59.999999Z"));
}

TEST(ManifestBuilderTest, AClockThatWasSetBackDoesNotKeepATableFromBeingReplaced) {
  EXPECT_FALSE(IsNewerThanOurs("2026-01-02T02:59:59Z", "2031-01-01T00:00:00.000000Z"));
}

TEST(ManifestBuilderTest, TheClocksOfTwoServersAreNotCompared) {
  EXPECT_FALSE(
      IsNewerThanOurs("2026-01-02T03:05:02Z", "2026-01-02T03:05:00.000001Z", "other"));
}

}  // namespace
}  // namespace carmilla
