#include "engine/partition_split.h"

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace carmilla {
namespace {

constexpr int64_t kMicrosPerDay = 86'400'000'000;

TablePlan PlanBy(PartitionUnit unit) {
  TablePlan plan;
  ColumnPlan id;
  id.description.name = "id";
  ColumnPlan at;
  at.description.name = "at";
  plan.columns = {id, at};
  plan.partition_by = PartitionBy{.column = "at", .every = unit};
  return plan;
}

std::shared_ptr<arrow::RecordBatch> Batch(const std::vector<int64_t>& micros,
                                          const std::vector<bool>& valid) {
  arrow::Int64Builder ids;
  arrow::TimestampBuilder times(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
                                arrow::default_memory_pool());
  for (size_t i = 0; i < micros.size(); ++i) {
    EXPECT_TRUE(ids.Append(static_cast<int64_t>(i)).ok());
    EXPECT_TRUE((valid[i] ? times.Append(micros[i]) : times.AppendNull()).ok());
  }
  auto id_array = ids.Finish().ValueOrDie();
  auto time_array = times.Finish().ValueOrDie();
  return arrow::RecordBatch::Make(arrow::schema({arrow::field("id", id_array->type()),
                                                 arrow::field("at", time_array->type())}),
                                  static_cast<int64_t>(micros.size()),
                                  {id_array, time_array});
}

std::vector<int64_t> IdsOf(const arrow::RecordBatch& rows) {
  const auto& ids = static_cast<const arrow::Int64Array&>(*rows.column(0));
  return {ids.raw_values(), ids.raw_values() + ids.length()};
}

TEST(PartitionSplitTest, WindowsBeginOnTheDayTheMondayAndTheFirst) {
  EXPECT_EQ(WindowStart(0, PartitionUnit::kDay), 0);
  EXPECT_EQ(WindowStart(0, PartitionUnit::kWeek), -3);  // Monday 1969-12-29
  EXPECT_EQ(WindowStart(4, PartitionUnit::kWeek), 4);   // Monday 1970-01-05
  EXPECT_EQ(WindowStart(-4, PartitionUnit::kWeek), -10);
  EXPECT_EQ(WindowStart(58, PartitionUnit::kMonth), 31);  // 1970-02-28
  EXPECT_EQ(WindowStart(-1, PartitionUnit::kMonth), -31);
}

TEST(PartitionSplitTest, CountsMillisecondsWhereTheColumnDoes) {
  constexpr int64_t kMillisPerDay = 86'400'000;
  arrow::TimestampBuilder times(arrow::timestamp(arrow::TimeUnit::MILLI),
                                arrow::default_memory_pool());
  ASSERT_OK(times.AppendValues({kMillisPerDay - 1, kMillisPerDay}));
  ASSERT_OK_AND_ASSIGN(const auto at, times.Finish());
  const auto batch = arrow::RecordBatch::Make(
      arrow::schema({arrow::field("id", at->type()), arrow::field("at", at->type())}),
      at->length(), {at, at});
  const TablePlan plan = PlanBy(PartitionUnit::kDay);
  ASSERT_OK_AND_ASSIGN(const auto parts, PartitionSplit(plan).Split(batch));
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].value, "1970-01-01");
  EXPECT_EQ(parts[1].value, "1970-01-02");
}

TEST(PartitionSplitTest, KnowsTheYearsThatPostgresKnows) {
  constexpr int64_t kNewYear40000 = 13'890'172;  // 2000-01-01 and 95 times 400 years
  constexpr int64_t kLastDate = 2'145'042'905;   // 5874897-12-31
  EXPECT_EQ(WindowStart(kNewYear40000 + 27, PartitionUnit::kMonth), kNewYear40000);
  EXPECT_EQ(WindowStart(kLastDate, PartitionUnit::kMonth), kLastDate - 30);
  constexpr int64_t kIdesOfMarch = -735'160;  // 0044-03-15 BC
  const auto batch =
      Batch({kNewYear40000 * kMicrosPerDay, kIdesOfMarch * kMicrosPerDay}, {true, true});
  const TablePlan plan = PlanBy(PartitionUnit::kDay);
  ASSERT_OK_AND_ASSIGN(const auto parts, PartitionSplit(plan).Split(batch));
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].value, "-0043-03-15");
  EXPECT_EQ(parts[1].value, "40000-01-01");
}

TEST(PartitionSplitTest, KeepsTheOrderInsideAPartAndNullsApart) {
  const auto batch = Batch({0, kMicrosPerDay, 5, -1, 0}, {true, true, true, true, false});
  const TablePlan plan = PlanBy(PartitionUnit::kDay);
  ASSERT_OK_AND_ASSIGN(const auto parts, PartitionSplit(plan).Split(batch));
  ASSERT_EQ(parts.size(), 4U);
  EXPECT_EQ(parts[0].value, "1969-12-31");
  EXPECT_EQ(IdsOf(*parts[0].rows), (std::vector<int64_t>{3}));
  EXPECT_EQ(parts[1].value, "1970-01-01");
  EXPECT_EQ(IdsOf(*parts[1].rows), (std::vector<int64_t>{0, 2}));
  EXPECT_EQ(parts[2].value, "1970-01-02");
  EXPECT_EQ(IdsOf(*parts[2].rows), (std::vector<int64_t>{1}));
  EXPECT_EQ(parts[3].value, kNullPartition);
  EXPECT_EQ(IdsOf(*parts[3].rows), (std::vector<int64_t>{4}));
}

TEST(PartitionSplitTest, WithoutPartitionEverythingIsOnePart) {
  const auto batch = Batch({0, 1}, {true, true});
  TablePlan plan;
  ASSERT_OK_AND_ASSIGN(const auto parts, PartitionSplit(plan).Split(batch));
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].value, "");
  EXPECT_EQ(parts[0].rows->num_rows(), 2);
}

}  // namespace
}  // namespace carmilla
