#include "operations/athena_query.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(AthenaQueryTest, SeveralStatementsAreRefusedBeforeAnythingIsAsked) {
  for (const char* sql : {"SELECT 1; SELECT 2", "SELECT ';'; -- a\n SELECT 2;"}) {
    const auto rows = OpenAthenaRows({}, sql, {});
    EXPECT_THAT(rows, HasKind(ErrorKind::kQuery)) << sql;
    EXPECT_THAT(rows.status(), StatusMessageHas("several statements")) << sql;
  }
  for (const char* sql : {"SELECT 1;", "SELECT ';'; -- a;\n"}) {
    EXPECT_THAT(OpenAthenaRows({}, sql, {}), HasKind(ErrorKind::kConfiguration)) << sql;
  }
}

}  // namespace
}  // namespace carmilla
