#include "operations/table_draft.h"

#include <gtest/gtest.h>

#include "types/built_in_oid.h"
#include "types/test_types.h"

namespace carmilla {
namespace {

constexpr int64_t kGibibyte = 1LL << 30;

ColumnDescription Column(int16_t number, std::string name, uint32_t oid, std::string type,
                         double correlation) {
  return {.name = std::move(name),
          .number = number,
          .type = BuiltInType(oid, std::move(type)),
          .correlation = correlation};
}

/// A table as the catalog describes it: an appended timestamp and a scattered one.
TableDescription Events(int64_t bytes) {
  return {.name = {.schema = "public", .name = "events"},
          .columns = {Column(1, "id", built_in_oid::kInt8, "int8", 1.0),
                      Column(2, "seen", built_in_oid::kTimestamptz, "timestamptz", 0.2),
                      Column(3, "made", built_in_oid::kTimestamptz, "timestamptz", 0.99)},
          .estimated_rows = 1e7,
          .total_bytes = bytes};
}

DraftTable Taken(const TableDescription& table) {
  const auto drafted =
      DraftTableFrom({.table = table, .lacks = {}, .indexed = {}, .role = "reader"});
  const auto* taken = std::get_if<DraftTable>(&drafted);
  return taken != nullptr ? *taken : DraftTable();
}

TEST(TableDraftTest, TablesFromOneGibibyteOnAreProposedToBeDivided) {
  EXPECT_EQ(Taken(Events(kGibibyte - 1)).partition_column, "");
  const DraftTable large = Taken(Events(kGibibyte));
  EXPECT_EQ(large.partition_column, "made");
  EXPECT_EQ(large.partition_unit, PartitionUnit::kMonth);
  EXPECT_EQ(large.partition_key, "");
}

TEST(TableDraftTest, AColumnAlongWhichNothingGrowsIsNotProposed) {
  TableDescription table = Events(kGibibyte);
  table.columns.pop_back();
  EXPECT_EQ(Taken(table).partition_column, "");
}

TEST(TableDraftTest, DaysAreProposedWhereEachIsLargeEnough) {
  TableDescription table = Events(100 * kGibibyte);
  table.columns[2] = Column(3, "day", built_in_oid::kDate, "date", 1.0);
  table.columns[2].distinct_values = 1600;  // 64 MiB each
  EXPECT_EQ(Taken(table).partition_unit, PartitionUnit::kDay);
  table.columns[2].distinct_values = 1601;
  EXPECT_EQ(Taken(table).partition_unit, PartitionUnit::kMonth);
}

TEST(TableDraftTest, TheKeyGivesWayToAColumnOfItsName) {
  TableDescription table = Events(kGibibyte);
  table.columns.push_back(Column(4, "DT", built_in_oid::kText, "text", 0));
  EXPECT_EQ(Taken(table).partition_key, "partition_date");
  table.columns.push_back(Column(5, "partition_date", built_in_oid::kText, "text", 0));
  EXPECT_EQ(Taken(table).partition_column, "");
}

TEST(TableDraftTest, AReplicaHoldsNoRowsOfUnloggedTables) {
  const TableDescription table = Events(1);
  const auto drafted = DraftTableFrom({.table = table,
                                       .lacks = {},
                                       .indexed = {},
                                       .role = "reader",
                                       .is_unlogged_on_replica = true});
  const auto* excluded = std::get_if<DraftExclusion>(&drafted);
  ASSERT_NE(excluded, nullptr);
  EXPECT_EQ(excluded->name, table.name);
  EXPECT_NE(excluded->reason.find("unlogged"), std::string::npos);
}

}  // namespace
}  // namespace carmilla
