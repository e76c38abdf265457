#include "engine/unit_board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using Stage = UnitBoard::Stage;

/// Two tables: one of two ranges, one of a single one.
std::vector<TablePlan> Tables() {
  std::vector<TablePlan> tables(2);
  tables[0].method = ScanMethod::kBlockRange;
  tables[0].leaves = {{.leaf = {}, .ranges = {{.begin = 0, .end = 8}, {.begin = 8}}}};
  tables[1].leaves = {{.leaf = {}, .ranges = {{}}}};
  return tables;
}

UnitResult ResultOf(const std::string& key) {
  return {.files = {{.key = key}}, .policy_counts = {}, .wire_bytes = 10};
}

TEST(UnitBoardTest, HandsOutEachUnitOnceInTheirOrder) {
  UnitBoard board(Tables());
  EXPECT_EQ(board.num_units(), 3);
  for (size_t index = 0; index < 3; ++index) EXPECT_EQ(board.Take(), index);
  EXPECT_EQ(board.Take(), std::nullopt);
}

TEST(UnitBoardTest, CollectsFilesInTheOrderOfTheRangesWhoeverIsFirst) {
  UnitBoard board(Tables());
  while (board.Take()) continue;
  board.Complete(1, ResultOf("b"));
  EXPECT_EQ(board.StageOf(0).first, Stage::kBeingRead);
  board.Complete(0, ResultOf("a"));
  EXPECT_EQ(board.StageOf(0).first, Stage::kRead);
  const auto extractions = board.Collect();
  ASSERT_OK(extractions[0].status);
  ASSERT_EQ(extractions[0].files.size(), 2);
  EXPECT_EQ(extractions[0].files[0].key, "a");
  EXPECT_EQ(extractions[0].files[1].key, "b");
  EXPECT_EQ(extractions[0].wire_bytes, 20);
}

TEST(UnitBoardTest, HandsOutNoFurtherUnitOfATableThatFailed) {
  UnitBoard board(Tables());
  EXPECT_EQ(board.Take(), 0U);
  board.Complete(0, MakeError(ErrorKind::kDiskFull, "no room"));
  EXPECT_EQ(board.Take(), 2U);
  EXPECT_EQ(board.StageOf(0).first, Stage::kFailed);
  EXPECT_EQ(KindOf(board.Collect()[0].status), ErrorKind::kDiskFull);
}

TEST(UnitBoardTest, KeepsTheFirstErrorOfATable) {
  UnitBoard board(Tables());
  board.Complete(0, MakeError(ErrorKind::kDiskFull, "no room"));
  board.Complete(1, MakeError(ErrorKind::kIo, "no disk"));
  EXPECT_EQ(KindOf(board.Collect()[0].status), ErrorKind::kDiskFull);
}

TEST(UnitBoardTest, FailsOnlyWhatIsNotComplete) {
  UnitBoard board(Tables());
  while (board.Take()) continue;
  board.Complete(2, ResultOf("c"));
  board.FailIncomplete(MakeError(ErrorKind::kSnapshotLost, "gone"));
  const auto extractions = board.Collect();
  EXPECT_EQ(KindOf(extractions[0].status), ErrorKind::kSnapshotLost);
  EXPECT_OK(extractions[1].status);
}

}  // namespace
}  // namespace carmilla
