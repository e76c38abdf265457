#include "operations/model_test_sql.h"

#include "core/error.h"
#include "core/quantity.h"
#include "operations/lake_sql.h"

namespace carmilla {
namespace {

std::string Problem(const ModelTest& test, int64_t rows) {
  const std::string count = FormatCount(rows, "row");
  switch (test.kind) {
    case ModelTest::Kind::kNotNull:
      return count + " without a value";
    case ModelTest::Kind::kUnique:
      return count + " with a value that stands there more than once";
    case ModelTest::Kind::kRelationships:
      return count + " with a value that is not in " + test.other + "." +
             test.other_column;
    case ModelTest::Kind::kRowCount:
      break;
  }
  if (test.min && rows < *test.min) {
    return count + ", at least " + FormatCount(*test.min) + " expected";
  }
  return count + ", at most " + FormatCount(*test.max) + " expected";
}

}  // namespace

std::string_view NameOf(ModelTest::Kind kind) {
  switch (kind) {
    case ModelTest::Kind::kNotNull:
      return "not_null";
    case ModelTest::Kind::kUnique:
      return "unique";
    case ModelTest::Kind::kRelationships:
      return "relationships";
    case ModelTest::Kind::kRowCount:
      return "row_count";
  }
  return "";
}

std::string CountingSql(const std::string& model, const ModelTest& test, QueryOn on) {
  const std::string from = " FROM " + QuotedInLakeSql(model);
  const std::string column = QuotedInLakeSql(test.column);
  const std::string other = QuotedInLakeSql(test.other_column);
  switch (test.kind) {
    case ModelTest::Kind::kNotNull:
      return "SELECT count(*) AS n" + from + " WHERE " + column + " IS NULL";
    case ModelTest::Kind::kUnique:
      // The embedded engine can sort more than its memory holds, but not group it.
      if (on == QueryOn::kEmbedded) {
        return "SELECT count(*) AS n FROM (SELECT " + column + " AS a, lag(" + column +
               ") OVER sorted AS before, lead(" + column + ") OVER sorted AS behind" +
               from + " WHERE " + column + " IS NOT NULL WINDOW sorted AS (ORDER BY " +
               column +
               ")) AS neighbours WHERE a = "
               "before OR a = behind";
      }
      return "SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM (SELECT count(*) AS "
             "n" +
             from + " WHERE " + column + " IS NOT NULL GROUP BY " + column +
             " HAVING count(*) > 1) AS repeated";
    case ModelTest::Kind::kRelationships:
      // By itself, so that a column that is missing there is not looked up here.
      return "WITH carmilla_other AS (SELECT " + other + " AS carmilla_value FROM " +
             QuotedInLakeSql(test.other) + ") SELECT count(*) AS n" + from + " WHERE " +
             column + " IS NOT NULL AND " + column +
             " NOT IN (SELECT carmilla_value FROM carmilla_other WHERE carmilla_value IS "
             "NOT NULL)";
    case ModelTest::Kind::kRowCount:
      break;
  }
  return "SELECT count(*) AS n" + from;
}

arrow::Status Judge(const std::string& model, const ModelTest& test, int64_t rows) {
  const bool is_count = test.kind == ModelTest::Kind::kRowCount;
  const bool holds =
      is_count ? rows >= test.min.value_or(rows) && rows <= test.max.value_or(rows)
               : rows == 0;
  if (holds) return arrow::Status::OK();
  const std::string where = test.column.empty() ? model : model + "." + test.column;
  return MakeError(ErrorKind::kData, "testing " + where + ": " +
                                         std::string(NameOf(test.kind)) + ": " +
                                         Problem(test, rows));
}

}  // namespace carmilla
