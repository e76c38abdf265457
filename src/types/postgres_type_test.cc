#include "types/postgres_type.h"

#include <gtest/gtest.h>

#include "types/test_types.h"

namespace carmilla {
namespace {

TEST(PostgresTypeTest, OwnTypesCarryTheirSchema) {
  const auto mood = UserType("mood", PostgresTypeKind::kEnum);
  EXPECT_EQ(RenderTypeName(*mood, -1), "app.mood");
  EXPECT_EQ(RenderTypeName(*ArrayOf(mood), -1), "app.mood[]");
}

TEST(PostgresTypeTest, NamesThatNeedQuotesHaveThem) {
  EXPECT_EQ(RenderTypeName(*UserType("Mood", PostgresTypeKind::kEnum), -1),
            "app.\"Mood\"");
  EXPECT_EQ(RenderTypeName(*UserType("a\"b", PostgresTypeKind::kEnum), -1),
            "app.\"a\"\"b\"");
  EXPECT_EQ(RenderTypeName(*UserType("1st", PostgresTypeKind::kEnum), -1), "app.\"1st\"");
  EXPECT_EQ(RenderTypeName(*UserType("", PostgresTypeKind::kEnum), -1), "app.\"\"");
}

TEST(PostgresTypeTest, AUserTypeCalledInt4IsNotInteger) {
  EXPECT_EQ(RenderTypeName(*UserType("int4", PostgresTypeKind::kBase), -1), "app.int4");
}

TEST(PostgresTypeTest, AnIncompleteArrayStillHasAName) {
  const PostgresType array{.oid = kFirstUserOid,
                           .schema = "app",
                           .name = "_mood",
                           .kind = PostgresTypeKind::kArray};
  EXPECT_EQ(RenderTypeName(array, -1), "app._mood");
}

}  // namespace
}  // namespace carmilla
