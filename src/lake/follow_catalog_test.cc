#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lake/lake.h"
#include "testing/matchers.h"
#include "testing/memory_store.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;

/// Shows what it was told last, and notes which runs it was told of.
class OneTableCatalog : public Catalog {
 public:
  arrow::Status Prepare() override { return arrow::Status::OK(); }

  arrow::Status Follow(std::string_view /*table*/, const ReadCurrent& current) override {
    ARROW_RETURN_NOT_OK(answer);
    ARROW_ASSIGN_OR_RAISE(const auto entry, current());
    shown.push_back(entry.has_value() ? entry->run_id : "nothing");
    return arrow::Status::OK();
  }

  arrow::Status answer;
  std::vector<std::string> shown;
};

class FollowCatalogTest : public ::testing::Test {
 protected:
  Manifest Version(const std::string& run_id, const std::string& previous = "") {
    Manifest manifest{.table = "t", .run_id = run_id, .previous_run_id = previous};
    const std::string key = Lake::FileKey(Layout::kVersioned, run_id, 0, {});
    memory_->Put(Lake::KeyOf("t", key), run_id);
    manifest.files.push_back({.key = key});
    return manifest;
  }

  ObjectVersion CurrentVersion() { return (*lake_.ReadCurrent("t"))->pointer_version; }

  const std::string first_ = "20260102T030405001Z-9f3c1a";
  const std::string second_ = "20260102T030405002Z-9f3c1a";
  std::shared_ptr<MemoryStore> memory_ = std::make_shared<MemoryStore>();
  std::shared_ptr<OneTableCatalog> catalog_ = std::make_shared<OneTableCatalog>();
  Lake lake_{memory_, catalog_};
};

TEST_F(FollowCatalogTest, TheCatalogShowsWhatWasPublished) {
  ASSERT_OK(lake_.Publish(Version(first_), std::nullopt));
  EXPECT_THAT(catalog_->shown, ElementsAre(first_));
}

TEST_F(FollowCatalogTest, ATableThatWasNeverPublishedIsLookedUpToo) {
  EXPECT_OK(lake_.Follow("t"));
  EXPECT_THAT(catalog_->shown, ElementsAre("nothing"));
}

TEST_F(FollowCatalogTest, ACatalogThatFailsLeavesThePointerAndIsHealedByTheNextRun) {
  catalog_->answer = MakeError(ErrorKind::kPermission, "updating the table: denied");
  const arrow::Status published = lake_.Publish(Version(first_), std::nullopt);
  EXPECT_THAT(published, HasKind(ErrorKind::kPermission));
  EXPECT_THAT(published, StatusMessageHas("which moved to run " + first_));
  ASSERT_OK_AND_ASSIGN(const auto current, lake_.ReadCurrent("t"));
  EXPECT_EQ(current->manifest.run_id, first_);
  catalog_->answer = arrow::Status::OK();
  EXPECT_OK(lake_.Follow("t"));
  EXPECT_THAT(catalog_->shown, ElementsAre(first_));
}

TEST_F(FollowCatalogTest, FilesOfAnAttemptThatWasGivenUpAreNotPublishedToo) {
  const Manifest whole = Version(first_);
  memory_->Put(Lake::KeyOf("t", Lake::FileKey(Layout::kVersioned, first_, 1, {})), "old");
  Manifest empty = whole;
  empty.files.clear();
  for (const Manifest& manifest : {whole, empty}) {
    const arrow::Status refused = lake_.Publish(manifest, std::nullopt);
    EXPECT_THAT(refused, HasKind(ErrorKind::kConflict));
    EXPECT_FALSE(lake_.ReadCurrent("t")->has_value());
  }
  EXPECT_OK(lake_.Publish(Version(second_), std::nullopt));
  EXPECT_OK(Lake(memory_).Publish(Version(first_, second_), CurrentVersion()))
      << "readers of manifests do not see it";
}

TEST_F(FollowCatalogTest, ARunThatLostLeavesTheCatalogAlone) {
  ASSERT_OK(lake_.Publish(Version(first_), std::nullopt));
  EXPECT_THAT(lake_.Publish(Version(second_), std::nullopt),
              HasKind(ErrorKind::kConflict));
  EXPECT_THAT(catalog_->shown, ElementsAre(first_));
}

}  // namespace
}  // namespace carmilla
