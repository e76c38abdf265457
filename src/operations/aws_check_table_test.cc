#include "operations/aws_check_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arrow/array.h>
#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <set>

#include "testing/matchers.h"
#include "types/type_table.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The family of a Hive type: `decimal(12,2)` is `decimal`.
std::string Family(std::string_view glue) {
  return std::string(glue.substr(0, glue.find_first_of("(<")));
}

/// Gives one batch.
class Answer : public QueryResult {
 public:
  explicit Answer(std::shared_ptr<arrow::RecordBatch> batch)
      : batch_(std::move(batch)), schema_(batch_->schema()) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  const std::vector<std::string>& type_names() const override { return type_names_; }
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next(std::stop_token) override {
    return std::exchange(batch_, nullptr);
  }

 private:
  std::shared_ptr<arrow::RecordBatch> batch_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::string> type_names_;
};

std::shared_ptr<arrow::RecordBatch> Row(
    const std::vector<std::pair<std::shared_ptr<arrow::DataType>, std::string>>& cells) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& [type, json] : cells) {
    fields.push_back(arrow::field("v", type));
    arrays.push_back(
        arrow::json::ArrayFromJSONString(type, "[" + json + "]").ValueOrDie());
  }
  return arrow::RecordBatch::Make(arrow::schema(fields), 1, arrays);
}

std::vector<CheckedColumn> ColumnOf(std::shared_ptr<arrow::DataType> type,
                                    const std::string& json) {
  return {{.name = "c", .type = type, .glue = "x", .values = {{"c", type, json}}}};
}

arrow::Status Compare(const std::vector<CheckedColumn>& columns,
                      std::shared_ptr<arrow::RecordBatch> read) {
  Answer answer(std::move(read));
  return CompareChecked(columns, answer, {});
}

TEST(AwsCheckTableTest, HasEveryTypeOfTheTypeTable) {
  std::set<std::string> families;
  std::set<std::string> types;
  for (const CheckedColumn& column : CheckedColumns()) {
    families.insert(Family(column.glue));
    types.insert(column.type->ToString());
  }
  for (const MappingRow& row : MappingRows()) {
    if (row.rule != RowRule::kDomain) {
      EXPECT_TRUE(families.contains(Family(row.text.glue))) << row.text.postgres;
    }
    if (row.arrow_type != nullptr) {
      EXPECT_TRUE(types.contains(row.arrow_type()->ToString())) << row.text.postgres;
    }
  }
}

TEST(AwsCheckTableTest, WhatWasWrittenIsWhatWasRead) {
  std::vector<std::pair<std::shared_ptr<arrow::DataType>, std::string>> cells;
  for (const CheckedColumn& column : CheckedColumns()) {
    for (const CheckedValue& value : column.values) {
      cells.emplace_back(value.type, value.json);
    }
  }
  EXPECT_OK(Compare(CheckedColumns(), Row(cells)));
}

TEST(AwsCheckTableTest, TypesOfEnginesMayDifferAndValuesMayNot) {
  const auto moment = ColumnOf(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
                               R"("2024-02-29 12:34:56.789")");
  const auto millis = arrow::timestamp(arrow::TimeUnit::MILLI);
  EXPECT_OK(Compare(moment, Row({{millis, R"("2024-02-29 12:34:56.789")"}})));
  EXPECT_THAT(Compare(moment, Row({{millis, R"("2024-02-29 12:34:56.788")"}})),
              HasKind(ErrorKind::kCorruptData));
  const auto price = ColumnOf(arrow::decimal32(9, 2), R"("1.50")");
  EXPECT_OK(Compare(price, Row({{arrow::decimal128(9, 2), R"("1.50")"}})));
  const arrow::Status wrong =
      Compare(price, Row({{arrow::decimal128(9, 2), R"("1.51")"}}));
  EXPECT_THAT(wrong, HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(wrong.message(), HasSubstr("other values in c (x)"));
  EXPECT_THAT(wrong.message(), Not(HasSubstr("1.5")));
}

TEST(AwsCheckTableTest, NullIsNoText) {
  const auto null = ColumnOf(arrow::utf8(), "null");
  EXPECT_OK(Compare(null, Row({{arrow::utf8(), "null"}})));
  EXPECT_THAT(Compare(null, Row({{arrow::utf8(), R"("null")"}})),
              HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(Compare(ColumnOf(arrow::utf8(), R"("")"), Row({{arrow::utf8(), "null"}})),
              HasKind(ErrorKind::kCorruptData));
}

TEST(AwsCheckTableTest, AnAnswerWithoutTheRowIsADifference) {
  const auto column = ColumnOf(arrow::int32(), "1");
  EXPECT_THAT(Compare(column, Row({{arrow::int32(), "1"}})->Slice(0, 0)),
              HasKind(ErrorKind::kCorruptData));
}

TEST(AwsCheckTableTest, ThePartsOfWhatIsNestedAreAskedFor) {
  const std::string sql = CheckedSelect(CheckedColumns(), "t", "dt = DATE '2024-02-29'");
  EXPECT_THAT(sql, HasSubstr("SELECT c_boolean AS v0, "));
  EXPECT_THAT(sql, HasSubstr("c_ints[2] AS "));
  EXPECT_THAT(sql, HasSubstr("c_composite.a AS "));
  EXPECT_THAT(sql, HasSubstr(" FROM t WHERE dt = DATE '2024-02-29'"));
}

}  // namespace
}  // namespace carmilla
