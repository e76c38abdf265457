#include "lake/lake.h"

#include <cstdio>
#include <cstdlib>

#include "testing/lossy_store.h"
#include "testing/matchers.h"
#include "testing/memory_store.h"

namespace carmilla {
namespace {

std::string RunId(int number) {
  char text[32];
  std::snprintf(text, sizeof(text), "20260102T030405%03dZ-9f3c1a", number);
  return text;
}

PartitionValues Day(const char* day) { return {{"dt", day}}; }

class LakeTest : public ::testing::Test {
 protected:
  // A version of table `t` with a file for each partition ({} is the table itself). The
  // files exist and hold their run id.
  Manifest Version(int number, Layout layout = Layout::kVersioned,
                   const std::vector<PartitionValues>& partitions = {{}}) {
    Manifest manifest{.table = "t", .run_id = RunId(number), .writer = "test"};
    const auto current = lake_.ReadCurrent("t");
    if (current.ok() && current->has_value()) {
      manifest.previous_run_id = (*current)->manifest.run_id;
    }
    for (const PartitionValues& partition : partitions) {
      if (!partition.empty()) manifest.partition_columns = {"dt"};
      const std::string key = Lake::FileKey(layout, manifest.run_id, 0, partition);
      memory_->Put(Lake::KeyOf("t", key), manifest.run_id);
      manifest.files.push_back({.key = key, .partition = partition});
    }
    return manifest;
  }

  std::optional<ObjectVersion> PointerVersion() {
    const auto current = lake_.ReadCurrent("t");
    EXPECT_OK(current);
    if (!current->has_value()) return std::nullopt;
    return (*current)->pointer_version;
  }

  // Publishes as a run without rivals does.
  void PublishVersion(const Manifest& manifest) {
    ASSERT_OK(Lake(memory_).Publish(manifest, PointerVersion()));
  }

  std::string CurrentRun() {
    const auto current = lake_.ReadCurrent("t");
    if (!current.ok()) return current.status().message();
    return current->has_value() ? (*current)->manifest.run_id : "none";
  }

  std::string Contents(std::string_view key) {
    const auto object = memory_->Get(key);
    return object.ok() ? object->contents : "missing";
  }

  std::shared_ptr<MemoryStore> memory_ = std::make_shared<MemoryStore>();
  std::shared_ptr<LossyStore> lossy_ = std::make_shared<LossyStore>(memory_);
  Lake lake_{memory_};
  Lake lossy_lake_{lossy_};
};

TEST_F(LakeTest, KeysAreThoseOfTheFormat) {
  EXPECT_EQ(Lake::FileKey(Layout::kVersioned, "RUN", 7, {}), "RUN/part-00007.parquet");
  EXPECT_EQ(Lake::FileKey(Layout::kVersioned, "RUN", 0, Day("2024-05-01")),
            "dt=2024-05-01/RUN/part-00000.parquet");
  EXPECT_EQ(Lake::FileKey(Layout::kStable, "RUN", 0, Day("2024-05-01")),
            "_carmilla/files/RUN/dt=2024-05-01/part-00000.parquet");
  EXPECT_EQ(Lake::KeyOf("t", "RUN/part-00000.parquet"), "t/RUN/part-00000.parquet");
  EXPECT_EQ(Lake::StableKey("t", {}), "t/t.parquet");
  EXPECT_EQ(Lake::StableKey("t", {{"a", "x/y=z %"}, {"b", ".."}}),
            "t/a=x%2Fy%3Dz %25/b=../t.parquet");
}

TEST_F(LakeTest, UnpublishedTableHasNoVersion) {
  EXPECT_THAT(lake_.ReadCurrent("t"), IsOkAndHolds(::testing::Eq(std::nullopt)));
  EXPECT_THAT(lake_.History("t", 10), IsOkAndHolds(::testing::IsEmpty()));
  EXPECT_THAT(lake_.ListTables(), IsOkAndHolds(::testing::IsEmpty()));
  EXPECT_OK(lake_.Follow("t"));
  EXPECT_THAT(lake_.ReadCurrent("../t"), HasKind(ErrorKind::kConfiguration));
}

TEST_F(LakeTest, PublishedVersionIsRead) {
  const Manifest manifest = Version(1);
  ASSERT_OK(lake_.Publish(manifest, std::nullopt));
  ASSERT_OK_AND_ASSIGN(const auto current, lake_.ReadCurrent("t"));
  ASSERT_TRUE(current.has_value());
  EXPECT_EQ(current->manifest, manifest);
  EXPECT_EQ(Contents("t/_carmilla/manifests/" + RunId(1) + ".json"),
            SerializeManifest(manifest));
  EXPECT_THAT(Contents("t/_carmilla/current.json"),
              ::testing::MatchesRegex(
                  "\\{\n \"format\": 1,\n \"table\": \"t\",\n \"run_id\": \"" + RunId(1) +
                  "\",\n \"manifest\": \"_carmilla/manifests/" + RunId(1) +
                  ".json\",\n \"manifest_crc32c\": \"[0-9a-f]+\"\n\\}\n"));
}

TEST_F(LakeTest, ListsTablesThatHaveAPointer) {
  PublishVersion(Version(1));
  memory_->Put("b/_carmilla/current.json", "{}");
  memory_->Put("a/_carmilla/manifests/x.json", "{}");
  memory_->Put("Foreign/_carmilla/current.json", "{}");
  memory_->Put("_carmilla/runs/x.json", "{}");
  memory_->Put("file", "");
  EXPECT_THAT(lake_.ListTables(), IsOkAndHolds(::testing::ElementsAre("b", "t")));
}

TEST_F(LakeTest, HistoryIsTheChainOfPublishedVersions) {
  for (const int number : {1, 3, 2}) PublishVersion(Version(number));
  // A run that died before the swap.
  memory_->Put("t/_carmilla/manifests/" + RunId(9) + ".json",
               SerializeManifest(Version(9)));
  const auto runs = [this](int limit) {
    std::vector<std::string> run_ids;
    const auto versions = lake_.History("t", limit);
    EXPECT_OK(versions);
    for (const Manifest& manifest : *versions) {
      run_ids.push_back(manifest.run_id);
    }
    return run_ids;
  };
  EXPECT_THAT(runs(10), ::testing::ElementsAre(RunId(2), RunId(3), RunId(1)));
  EXPECT_THAT(runs(2), ::testing::ElementsAre(RunId(2), RunId(3)));
  EXPECT_THAT(runs(0), ::testing::IsEmpty());
  ASSERT_OK(memory_->Delete("t/_carmilla/manifests/" + RunId(3) + ".json"));
  EXPECT_THAT(runs(10), ::testing::ElementsAre(RunId(2))) << "as far as kept";
  EXPECT_THAT(lake_.ReadManifest("t", RunId(9)), IsOk());
  EXPECT_THAT(lake_.ReadManifest("t", RunId(4)), HasKind(ErrorKind::kNotFound));
  EXPECT_THAT(lake_.ReadManifest("t", "../x"), HasKind(ErrorKind::kNotFound));
}

TEST_F(LakeTest, StalePublisherIsRefused) {
  PublishVersion(Version(1));
  const std::optional<ObjectVersion> seen = PointerVersion();
  const Manifest paused = Version(2);
  PublishVersion(Version(3));
  const arrow::Status refused = lake_.Publish(paused, seen);
  EXPECT_THAT(refused, HasKind(ErrorKind::kConflict));
  EXPECT_THAT(refused, StatusMessageHas("another run published meanwhile: " + RunId(3)));
  EXPECT_EQ(CurrentRun(), RunId(3));
  EXPECT_THAT(lake_.Publish(paused, std::nullopt), HasKind(ErrorKind::kConflict));
  EXPECT_EQ(CurrentRun(), RunId(3));
}

TEST_F(LakeTest, RivalBetweenManifestAndSwapWins) {
  PublishVersion(Version(1));
  const Manifest loser = Version(2);
  const Manifest winner = Version(3);
  lossy_->before_swap = [&] { PublishVersion(winner); };
  EXPECT_THAT(lossy_lake_.Publish(loser, PointerVersion()),
              HasKind(ErrorKind::kConflict));
  EXPECT_EQ(CurrentRun(), RunId(3));
}

TEST_F(LakeTest, ManifestOfAnotherVersionIsABug) {
  PublishVersion(Version(1));
  Manifest manifest = Version(2);
  manifest.previous_run_id = RunId(0);
  EXPECT_THAT(lake_.Publish(manifest, PointerVersion()), HasKind(ErrorKind::kBug));
  manifest.previous_run_id = "";
  EXPECT_THAT(lake_.Publish(manifest, PointerVersion()), HasKind(ErrorKind::kBug));
  manifest.table = "../x";
  EXPECT_THAT(lake_.Publish(manifest, std::nullopt), HasKind(ErrorKind::kBug));
  EXPECT_EQ(CurrentRun(), RunId(1));
}

TEST_F(LakeTest, LostAnswerOfTheManifestIsFound) {
  for (const Loss loss : {Loss::kAnswer, Loss::kAnswerOfFirstTry}) {
    lossy_->create = loss;
    const int number = 1 + static_cast<int>(loss);
    EXPECT_OK(lossy_lake_.Publish(Version(number), PointerVersion()));
    EXPECT_EQ(CurrentRun(), RunId(number));
  }
}

TEST_F(LakeTest, LostRequestOfTheManifestPublishesNothing) {
  PublishVersion(Version(1));
  lossy_->create = Loss::kRequest;
  EXPECT_THAT(lossy_lake_.Publish(Version(2), PointerVersion()),
              HasKind(ErrorKind::kUnavailable));
  EXPECT_EQ(CurrentRun(), RunId(1));
}

TEST_F(LakeTest, SameRunIdWithOtherContentsIsRefused) {
  memory_->Put("t/_carmilla/manifests/" + RunId(1) + ".json", "something else");
  EXPECT_THAT(lake_.Publish(Version(1), std::nullopt), HasKind(ErrorKind::kConflict));
  EXPECT_EQ(CurrentRun(), "none");
}

TEST_F(LakeTest, LostAnswerOfTheSwapIsFound) {
  for (const Loss loss : {Loss::kAnswer, Loss::kAnswerOfFirstTry}) {
    lossy_->swap = loss;
    const int number = 1 + static_cast<int>(loss);
    EXPECT_OK(lossy_lake_.Publish(Version(number), PointerVersion()));
    EXPECT_EQ(CurrentRun(), RunId(number));
  }
}

TEST_F(LakeTest, LostAnswerIsFoundBelowVersionsThatFollowed) {
  PublishVersion(Version(1));
  lossy_->swap = Loss::kAnswer;
  lossy_->after_swap = [this] {
    PublishVersion(Version(3));
    PublishVersion(Version(4));
  };
  EXPECT_OK(lossy_lake_.Publish(Version(2), PointerVersion()));
  EXPECT_EQ(CurrentRun(), RunId(4));
}

TEST_F(LakeTest, LostRequestOfTheSwapPublishesNothingAndMayBeRepeated) {
  PublishVersion(Version(1));
  lossy_->swap = Loss::kRequest;
  const Manifest manifest = Version(2);
  const std::optional<ObjectVersion> seen = PointerVersion();
  EXPECT_THAT(lossy_lake_.Publish(manifest, seen), HasKind(ErrorKind::kUnavailable));
  EXPECT_EQ(CurrentRun(), RunId(1));
  EXPECT_OK(lake_.Publish(manifest, seen));
  EXPECT_EQ(CurrentRun(), RunId(2));
  EXPECT_OK(lake_.Publish(manifest, seen)) << "it is published already";
}

TEST_F(LakeTest, SaysWhenNobodyKnowsWhetherThePointerMoved) {
  PublishVersion(Version(1));
  lossy_->swap = Loss::kAnswer;
  lossy_->after_swap = [this] { lossy_->are_reads_failing = true; };
  const arrow::Status status = lossy_lake_.Publish(Version(2), PointerVersion());
  EXPECT_THAT(status, HasKind(ErrorKind::kUnavailable));
  EXPECT_THAT(status, StatusMessageHas("the pointer may have moved"));
  EXPECT_EQ(CurrentRun(), RunId(2));
}

TEST_F(LakeTest, DamageIsNoticed) {
  PublishVersion(Version(1));
  const std::string manifest_key = "t/_carmilla/manifests/" + RunId(1) + ".json";
  const std::string manifest = Contents(manifest_key);
  const std::string pointer = Contents("t/_carmilla/current.json");

  memory_->Put(manifest_key, manifest + " ");
  EXPECT_THAT(lake_.ReadCurrent("t").status(), StatusMessageHas("checksum"));
  ASSERT_OK(memory_->Delete(manifest_key));
  const auto missing = lake_.ReadCurrent("t");
  EXPECT_THAT(missing, HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(missing.status(), StatusMessageHas("does not exist"));
  memory_->Put(manifest_key, manifest);
  EXPECT_EQ(CurrentRun(), RunId(1));

  for (size_t length = 0; length + 1 < pointer.size(); ++length) {
    memory_->Put("t/_carmilla/current.json", pointer.substr(0, length));
    ASSERT_THAT(lake_.ReadCurrent("t"), HasKind(ErrorKind::kCorruptData)) << length;
  }
  memory_->Put("u/_carmilla/current.json", pointer);
  const auto copied = lake_.ReadCurrent("u");
  EXPECT_THAT(copied, HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(copied.status(), StatusHintHas("copied or renamed"));
  memory_->Put("u/_carmilla/current.json", "{\"format\": 2}");
  EXPECT_THAT(lake_.ReadCurrent("u"), HasKind(ErrorKind::kUnsupported));
}

TEST_F(LakeTest, StableNameFollowsThePointer) {
  PublishVersion(Version(1, Layout::kStable));
  EXPECT_EQ(Contents("t/t.parquet"), RunId(1));
  PublishVersion(Version(2, Layout::kStable));
  EXPECT_EQ(Contents("t/t.parquet"), RunId(2));
}

TEST_F(LakeTest, FollowHealsWhatACrashLeft) {
  PublishVersion(Version(1, Layout::kStable));
  ::setenv("CARMILLA_FAILPOINT", "lake.pointer_swapped=error", /*replace=*/1);
  const arrow::Status status =
      lake_.Publish(Version(2, Layout::kStable), PointerVersion());
  ::unsetenv("CARMILLA_FAILPOINT");
  EXPECT_THAT(status, StatusMessageHas("which moved to run " + RunId(2)));
  EXPECT_EQ(CurrentRun(), RunId(2));
  EXPECT_EQ(Contents("t/t.parquet"), RunId(1)) << "one version behind, and whole";
  ASSERT_OK(lake_.Follow("t"));
  EXPECT_EQ(Contents("t/t.parquet"), RunId(2));
  memory_->Put("t/t.parquet", "somebody wrote here");
  ASSERT_OK(lake_.Follow("t"));
  EXPECT_EQ(Contents("t/t.parquet"), RunId(2));
}

TEST_F(LakeTest, FailedCopySaysThatThePointerMoved) {
  lossy_->copy = Loss::kRequest;
  const arrow::Status status =
      lossy_lake_.Publish(Version(1, Layout::kStable), std::nullopt);
  EXPECT_THAT(status, HasKind(ErrorKind::kUnavailable));
  EXPECT_THAT(status, StatusMessageHas("which moved to run " + RunId(1)));
}

TEST_F(LakeTest, MissingDataFileIsNamed) {
  const Manifest manifest = Version(1, Layout::kStable);
  ASSERT_OK(memory_->Delete(Lake::KeyOf("t", manifest.files[0].key)));
  const arrow::Status status = lake_.Publish(manifest, std::nullopt);
  EXPECT_THAT(status, HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(status, StatusMessageHas(manifest.files[0].key));
}

TEST_F(LakeTest, StableNamesOfVanishedPartitionsGo) {
  PublishVersion(Version(1, Layout::kStable, {Day("1"), Day("2"), Day("3")}));
  EXPECT_EQ(Contents("t/dt=2/t.parquet"), RunId(1));
  memory_->Put("t/dt=9/t.parquet", "of somebody else");
  memory_->Put("t/dt=1/notes.txt", "of somebody else");
  PublishVersion(Version(2, Layout::kStable, {Day("1"), Day("4")}));
  EXPECT_EQ(Contents("t/dt=1/t.parquet"), RunId(2));
  EXPECT_EQ(Contents("t/dt=2/t.parquet"), "missing");
  EXPECT_EQ(Contents("t/dt=3/t.parquet"), "missing");
  EXPECT_EQ(Contents("t/dt=4/t.parquet"), RunId(2));
  EXPECT_EQ(Contents("t/dt=9/t.parquet"), "of somebody else");
  EXPECT_EQ(Contents("t/dt=1/notes.txt"), "of somebody else");
  ASSERT_OK_AND_ASSIGN(const Manifest first, lake_.ReadManifest("t", RunId(1)));
  for (const DataFile& file : first.files) {
    EXPECT_EQ(Contents(Lake::KeyOf("t", file.key)), RunId(1)) << "a run deletes no data";
  }
  PublishVersion(Version(3, Layout::kStable, {}));
  EXPECT_EQ(Contents("t/dt=1/t.parquet"), "missing");
}

TEST_F(LakeTest, WhoMayNotDeleteLeavesStableNamesToWhoMay) {
  PublishVersion(Version(1, Layout::kStable, {Day("1"), Day("2"), Day("3")}));
  lossy_->may_delete = false;
  EXPECT_OK(
      lossy_lake_.Publish(Version(2, Layout::kStable, {Day("1")}), PointerVersion()));
  EXPECT_EQ(Contents("t/dt=1/t.parquet"), RunId(2));
  EXPECT_EQ(Contents("t/dt=2/t.parquet"), RunId(1));
  ASSERT_OK(lake_.Follow("t"));
  EXPECT_EQ(Contents("t/dt=2/t.parquet"), "missing");
  EXPECT_EQ(Contents("t/dt=3/t.parquet"), "missing");
}

TEST_F(LakeTest, StableNameGoesWhenTheLayoutChanges) {
  PublishVersion(Version(1, Layout::kStable));
  PublishVersion(Version(2, Layout::kVersioned));
  EXPECT_EQ(Contents("t/t.parquet"), "missing");
  PublishVersion(Version(3, Layout::kStable));
  EXPECT_EQ(Contents("t/t.parquet"), RunId(3));
}

TEST_F(LakeTest, FollowRepeatsWhenThePointerMovesOn) {
  PublishVersion(Version(1, Layout::kStable));
  const Manifest newer = Version(3, Layout::kStable);
  // Another run publishes after our swap and before our follow.
  lossy_->after_swap = [&] {
    Manifest next = newer;
    next.previous_run_id = RunId(2);
    PublishVersion(next);
  };
  EXPECT_OK(lossy_lake_.Publish(Version(2, Layout::kStable), PointerVersion()));
  EXPECT_EQ(CurrentRun(), RunId(3));
  EXPECT_EQ(Contents("t/t.parquet"), RunId(3));
}

TEST_F(LakeTest, RunReportsAreListedNewestFirst) {
  EXPECT_THAT(lake_.ListRuns(10), IsOkAndHolds(::testing::IsEmpty()));
  for (const int number : {2, 3, 1}) {
    ASSERT_OK(lake_.PutRunReport(RunId(number), "{\"n\": 1}"));
  }
  ASSERT_OK(lake_.PutRunReport(RunId(2), "{\"n\": 2}"));
  memory_->Put("_carmilla/runs/notes.txt", "");
  EXPECT_THAT(lake_.ListRuns(2),
              IsOkAndHolds(::testing::ElementsAre(RunId(3), RunId(2))));
  EXPECT_THAT(lake_.GetRunReport(RunId(2)), IsOkAndHolds("{\"n\": 2}"));
  EXPECT_THAT(lake_.GetRunReport(RunId(7)), HasKind(ErrorKind::kNotFound));
  EXPECT_THAT(lake_.GetRunReport("../x"), HasKind(ErrorKind::kNotFound));
}

}  // namespace
}  // namespace carmilla
