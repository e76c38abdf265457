#include "postgres/copy_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace carmilla {
namespace {

CopyRequest Orders(ScanMethod method) {
  CopyRequest request;
  request.relation = {"public", "orders"};
  request.parent = request.relation;
  request.columns = {{.name = "id"}, {.name = "Odd \"name\""}};
  request.method = method;
  return request;
}

TEST(CopyQueryTest, StreamsARelationWithoutCtid) {
  EXPECT_THAT(RenderCopy(Orders(ScanMethod::kStream)),
              IsOkAndHolds("COPY (SELECT \"id\", \"Odd \"\"name\"\"\" FROM ONLY "
                           "\"public\".\"orders\") TO STDOUT (FORMAT binary)"));
}

TEST(CopyQueryTest, ReadsTheWholeLeafForSequentialRanges) {
  CopyRequest request = Orders(ScanMethod::kSequential);
  request.ranges = {{0, 10}, {10, std::nullopt}};
  EXPECT_THAT(RenderCopy(request),
              IsOkAndHolds("COPY (SELECT ctid, \"id\", \"Odd \"\"name\"\"\" FROM ONLY "
                           "\"public\".\"orders\") TO STDOUT (FORMAT binary)"));
}

TEST(CopyQueryTest, CopiesATableItselfWhenItsRangesHaveMarkers) {
  CopyRequest request = Orders(ScanMethod::kSequential);
  request.ranges = {{0, 10}, {10, std::nullopt}};
  request.markers.emplace();
  EXPECT_THAT(RenderCopy(request),
              IsOkAndHolds("COPY \"public\".\"orders\" (\"id\", \"Odd \"\"name\"\"\") "
                           "TO STDOUT (FORMAT binary)"));
}

TEST(CopyQueryTest, FindsTheFirstRowOfARange) {
  const CopyRequest request = Orders(ScanMethod::kSequential);
  EXPECT_THAT(RenderFirstRow(request, 1, {10, 20}),
              IsOkAndHolds("COPY (SELECT \"id\" FROM ONLY \"public\".\"orders\" WHERE "
                           "ctid >= '(10,0)'::tid AND ctid < '(20,0)'::tid LIMIT 1) "
                           "TO STDOUT (FORMAT binary)"));
}

TEST(CopyQueryTest, PutsConditionsOfAnyPrecedenceTogether) {
  CopyRequest request = Orders(ScanMethod::kBlockRange);
  request.columns = {{.name = "id"}};
  request.ranges = {{10, 20}};
  request.where = "a OR b -- both";
  request.limit = 7;
  EXPECT_THAT(
      RenderCopy(request),
      IsOkAndHolds("COPY (SELECT ctid, \"id\" FROM ONLY \"public\".\"orders\" WHERE "
                   "(a OR b -- both\n) AND ctid >= '(10,0)'::tid AND "
                   "ctid < '(20,0)'::tid LIMIT 7) TO STDOUT (FORMAT binary)"));
}

TEST(CopyQueryTest, LeavesTheLastRangeOpen) {
  CopyRequest request = Orders(ScanMethod::kBlockRange);
  request.columns = {{.name = "id"}};
  request.ranges = {{20, std::nullopt}};
  EXPECT_THAT(RenderCopy(request),
              IsOkAndHolds("COPY (SELECT \"id\" FROM ONLY \"public\".\"orders\" WHERE "
                           "ctid >= '(20,0)'::tid) TO STDOUT (FORMAT binary)"));
}

TEST(CopyQueryTest, LetsTheServerPrintWhatHasNoStableBinaryForm) {
  CopyRequest request = Orders(ScanMethod::kStream);
  request.columns = {{.name = "p"}, {.name = "ps"}};
  request.columns[0].mapping.select = {"pg_catalog.textin(pg_catalog.point_out(", "))"};
  request.columns[1].mapping.select = {"", "::pg_catalog.text[]"};
  EXPECT_THAT(RenderCopy(request),
              IsOkAndHolds("COPY (SELECT pg_catalog.textin(pg_catalog.point_out(\"p\")), "
                           "\"ps\"::pg_catalog.text[] FROM ONLY \"public\".\"orders\") "
                           "TO STDOUT (FORMAT binary)"));
}

TEST(CopyQueryTest, WrapsAQueryOfTheUser) {
  CopyRequest request = Orders(ScanMethod::kStream);
  request.columns = {{.name = "n"}};
  request.query = "SELECT 1 AS n; -- done;\n";
  request.limit = 0;
  EXPECT_THAT(RenderCopy(request),
              IsOkAndHolds("COPY (SELECT \"n\" FROM (SELECT 1 AS n\n) AS query LIMIT 0) "
                           "TO STDOUT (FORMAT binary)"));
}

TEST(CopyQueryTest, RefusesWhatCannotBe) {
  CopyRequest request = Orders(ScanMethod::kSequential);
  request.query = "SELECT 1";
  EXPECT_THAT(RenderCopy(request), HasKind(ErrorKind::kBug));
  request = Orders(ScanMethod::kBlockRange);
  EXPECT_THAT(RenderCopy(request), HasKind(ErrorKind::kBug));
  request = Orders(ScanMethod::kStream);
  request.relation.name = std::string("a\0b", 3);
  EXPECT_THAT(RenderCopy(request), HasKind(ErrorKind::kConfiguration));
}

}  // namespace
}  // namespace carmilla
