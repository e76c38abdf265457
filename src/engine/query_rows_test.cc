#include "engine/query_rows.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

/// Ten rows of two columns, three at a time.
class TenRows final : public QueryResult {
 public:
  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  const std::vector<std::string>& type_names() const override { return type_names_; }
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next(
      std::stop_token /*stop*/) override {
    arrow::Int32Builder users;
    arrow::Decimal128Builder totals(arrow::decimal128(38, 2));
    for (int i = 0; i < 3 && next_ < 10; ++i, ++next_) {
      ARROW_RETURN_NOT_OK(users.Append(next_));
      ARROW_RETURN_NOT_OK(totals.Append(arrow::Decimal128(100 * next_)));
    }
    if (users.length() == 0) return nullptr;
    const int64_t length = users.length();
    arrow::ArrayVector columns(2);
    ARROW_RETURN_NOT_OK(users.Finish(columns.data()));
    ARROW_RETURN_NOT_OK(totals.Finish(&columns[1]));
    return arrow::RecordBatch::Make(schema_, length, columns);
  }

 private:
  std::shared_ptr<arrow::Schema> schema_ =
      arrow::schema({arrow::field("userid", arrow::int32()),
                     arrow::field("total", arrow::decimal128(38, 2))});
  std::vector<std::string> type_names_ = {"INTEGER", "DECIMAL(38,2)"};
  int next_ = 0;
};

TaskRead Reading(std::vector<TaskColumn> columns, int64_t limit = -1) {
  TaskRead read{.kind = TaskReadKind::kAthena};
  read.columns = std::move(columns);
  read.limit = limit;
  return read;
}

TaskColumn Member(std::string name, std::string arrow_type) {
  TaskColumn column{.name = std::move(name)};
  column.arrow_type = std::move(arrow_type);
  return column;
}

TEST(QueryRowsTest, GivesTheColumnsOfTheReadInTheirOrderAndTypes) {
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       OpenQueryRows(std::make_unique<TenRows>(),
                                     Reading({Member("total", "decimal128(38,2)"),
                                              Member("userId", "int64")})));
  EXPECT_EQ(rows->schema()->field(1)->name(), "userId");
  int64_t count = 0;
  while (const auto batch = rows->Next({}).ValueOrDie()) {
    EXPECT_OK(batch->rows->ValidateFull());
    const auto& ids = static_cast<const arrow::Int64Array&>(*batch->rows->column(1));
    for (int64_t i = 0; i < ids.length(); ++i) EXPECT_EQ(ids.Value(i), count++);
  }
  EXPECT_EQ(count, 10);
}

TEST(QueryRowsTest, ALimitCutsTheRows) {
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       OpenQueryRows(std::make_unique<TenRows>(),
                                     Reading({Member("userid", "int32")}, 4)));
  int64_t count = 0;
  while (const auto batch = rows->Next({}).ValueOrDie()) count += batch->rows->num_rows();
  EXPECT_EQ(count, 4);
}

TEST(QueryRowsTest, NamesEveryColumnThatTheStructDoesNotHold) {
  const auto rows = OpenQueryRows(
      std::make_unique<TenRows>(),
      Reading({Member("total", "decimal64(18,2)"), Member("name", "string")}));
  EXPECT_THAT(rows, HasKind(ErrorKind::kStaleHeader));
  EXPECT_THAT(rows.status(),
              StatusMessageHas(
                  "total is decimal128(38,2) and its member decimal64(18,2); there is no "
                  "column name"));
}

}  // namespace
}  // namespace carmilla
