#include "engine/scan_unit.h"

#include <gtest/gtest.h>

namespace carmilla {
namespace {

TablePlan PlanWith(ScanMethod method, bool is_single_file) {
  TablePlan plan;
  plan.method = method;
  plan.is_single_file = is_single_file;
  LeafPlan first;
  first.ranges = {{.begin = 0, .end = 10}, {.begin = 10, .end = std::nullopt}};
  LeafPlan second;
  second.ranges = {{.begin = 0, .end = std::nullopt}};
  plan.leaves = {first, second};
  return plan;
}

TEST(ScanUnitTest, BlockRangesAreAUnitEach) {
  const auto units = CutIntoUnits({PlanWith(ScanMethod::kBlockRange, false)});
  ASSERT_EQ(units.size(), 3U);
  EXPECT_EQ(units[1].scans[0].first_range, 1);
  EXPECT_EQ(units[1].scans[0].ranges[0].begin, 10);
  EXPECT_EQ(units[2].scans[0].first_range, 2);
}

TEST(ScanUnitTest, ASequentialScanTakesAllRangesOfItsLeaf) {
  const auto units = CutIntoUnits({PlanWith(ScanMethod::kSequential, false)});
  ASSERT_EQ(units.size(), 2U);
  EXPECT_EQ(units[0].scans[0].ranges.size(), 2U);
  EXPECT_EQ(units[1].scans[0].first_range, 2);
}

TEST(ScanUnitTest, ATableOfOneFileIsOneUnit) {
  const auto units = CutIntoUnits(
      {PlanWith(ScanMethod::kSequential, true), PlanWith(ScanMethod::kSequential, true)});
  ASSERT_EQ(units.size(), 2U);
  EXPECT_EQ(units[0].scans.size(), 2U);
  EXPECT_EQ(units[1].table, 1U);
}

}  // namespace
}  // namespace carmilla
