#include "lake/lake_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/matchers.h"
#include "testing/memory_store.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kRun[] = "20260102T030405678Z-9f3c1a";
constexpr char kLaterRun[] = "20260102T030405679Z-9f3c1a";
constexpr int64_t kEnough = 1000;

class LakeSurveyTest : public ::testing::Test {
 protected:
  void Publish(const std::string& table, Layout layout = Layout::kVersioned,
               const PartitionValues& partition = {}) {
    Manifest manifest{.table = table, .run_id = kRun, .writer = "test"};
    manifest.source.relation = "public." + table;
    if (!partition.empty()) manifest.partition_columns = {partition.front().first};
    const std::string key = Lake::FileKey(layout, kRun, 0, partition);
    memory_->Put(Lake::KeyOf(table, key), "rows");
    manifest.files.push_back({.key = key, .partition = partition});
    ASSERT_OK(lake_.Publish(manifest, std::nullopt));
  }

  std::shared_ptr<MemoryStore> memory_ = std::make_shared<MemoryStore>();
  Lake lake_{memory_};
};

TEST_F(LakeSurveyTest, FindsNothingInAnEmptyLake) {
  ASSERT_OK_AND_ASSIGN(const LakeSurvey survey, SurveyLake(lake_, kEnough));
  EXPECT_THAT(survey.tables, IsEmpty());
  EXPECT_EQ(survey.newest_run_id, "");
  EXPECT_TRUE(survey.is_complete);
}

TEST_F(LakeSurveyTest, KnowsWhatRunsWriteInEveryLayout) {
  Publish("plain");
  Publish("stable", Layout::kStable);
  Publish("parted", Layout::kVersioned, {{"dt", "2024-05-01"}});
  Publish("stable_parted", Layout::kStable, {{"dt", "2024-05-01"}});
  ASSERT_OK(lake_.PutRunReport(kLaterRun, "{}"));
  ASSERT_OK_AND_ASSIGN(const LakeSurvey survey, SurveyLake(lake_, kEnough));
  EXPECT_THAT(survey.foreign_files, IsEmpty());
  EXPECT_THAT(survey.unused_runs, IsEmpty());
  ASSERT_EQ(survey.tables.size(), 4);
  EXPECT_EQ(survey.tables[1].source.relation, "public.plain");
  EXPECT_EQ(survey.newest_run_id, kLaterRun);
}

TEST_F(LakeSurveyTest, TellsForeignAndUnusedFilesApart) {
  Publish("t");
  memory_->Put("readme.txt", "x");
  memory_->Put("t/backup.parquet", "x");
  memory_->Put("t/dt=1/other/part-00000.parquet", "x");
  memory_->Put("t/" + std::string(kLaterRun) + "/part-00000.parquet", "12345");
  ASSERT_OK_AND_ASSIGN(const LakeSurvey survey, SurveyLake(lake_, kEnough));
  EXPECT_THAT(survey.foreign_files, ElementsAre("readme.txt", "t/backup.parquet",
                                                "t/dt=1/other/part-00000.parquet"));
  EXPECT_THAT(survey.unused_runs, ElementsAre("t/" + std::string(kLaterRun)));
  EXPECT_EQ(survey.unused_bytes, 5);
}

TEST_F(LakeSurveyTest, ADamagedTableDoesNotHideTheOthers) {
  Publish("bad");
  Publish("good");
  memory_->Put("bad/_carmilla/current.json", "{");
  ASSERT_OK_AND_ASSIGN(const LakeSurvey survey, SurveyLake(lake_, kEnough));
  ASSERT_EQ(survey.tables.size(), 2);
  EXPECT_THAT(survey.tables[0].status, HasKind(ErrorKind::kCorruptData));
  EXPECT_OK(survey.tables[1].status);
}

TEST_F(LakeSurveyTest, StopsAtTheLimitAndSaysSo) {
  Publish("t");
  ASSERT_OK_AND_ASSIGN(const LakeSurvey survey, SurveyLake(lake_, 1));
  EXPECT_FALSE(survey.is_complete);
  EXPECT_THAT(survey.unused_runs, IsEmpty());
  EXPECT_EQ(survey.tables.size(), 1);
}

}  // namespace
}  // namespace carmilla
