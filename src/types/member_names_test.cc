#include "types/member_names.h"

#include <string>
#include <utility>
#include <vector>

#include "testing/matchers.h"
#include "types/arrow_type_text.h"
#include "types/built_in_oid.h"
#include "types/test_types.h"

namespace carmilla {
namespace {

namespace oid = built_in_oid;

PostgresTypePointer With(PostgresTypeKind kind, PostgresTypePointer element,
                         std::vector<TypeMember> members = {}) {
  PostgresType type = *UserType("shape", kind);
  type.element = std::move(element);
  type.members = std::move(members);
  type.enum_labels.clear();
  return std::make_shared<const PostgresType>(std::move(type));
}

PostgresTypePointer Pair(std::string first, std::string second) {
  return With(PostgresTypeKind::kComposite, nullptr,
              {{std::move(first), BuiltInType(oid::kInt4, "int4")},
               {std::move(second), BuiltInType(oid::kText, "text")}});
}

arrow::Result<TypeMapping> Renamed(const PostgresType& type) {
  ARROW_ASSIGN_OR_RAISE(TypeMapping mapping, MapType(type, -1, "c"));
  return RenameMembers(std::move(mapping),
                       [](std::string_view name) { return "n_" + std::string(name); });
}

TEST(MemberNamesTest, TypesWithoutMembersStayAsTheyAre) {
  ASSERT_OK_AND_ASSIGN(const TypeMapping mapping, Renamed(*BuiltInType(oid::kInt4, "i")));
  EXPECT_EQ(mapping.glue, "int");
}

TEST(MemberNamesTest, MembersAreRenamedAtEveryDepth) {
  const auto inner = Pair("a", "b");
  const auto outer = With(PostgresTypeKind::kComposite, nullptr, {{"x", ArrayOf(inner)}});
  ASSERT_OK_AND_ASSIGN(const TypeMapping mapping, Renamed(*outer));
  EXPECT_EQ(mapping.glue, "struct<n_x:array<struct<n_a:int,n_b:string>>>");
  EXPECT_EQ(mapping.parquet,
            "GROUP<n_x: LIST<GROUP<n_a: INT32, n_b: BYTE_ARRAY STRING>>>");
  EXPECT_EQ(ArrowTypeText(*mapping.arrow_type),
            "struct<\"n_x\": list<struct<\"n_a\": int32, \"n_b\": string>>>");
  EXPECT_EQ(mapping.parts[0].parts[0].glue, "struct<n_a:int,n_b:string>");
}

TEST(MemberNamesTest, MembersOfRangesKeepTheirNames) {
  const auto range = With(PostgresTypeKind::kRange, Pair("a", "b"));
  const auto multirange = With(PostgresTypeKind::kMultirange, range);
  ASSERT_OK_AND_ASSIGN(const TypeMapping mapping, Renamed(*multirange));
  const std::string bound = "struct<n_a:int,n_b:string>";
  EXPECT_EQ(mapping.glue, "array<struct<lower:" + bound + ",upper:" + bound +
                              ",lower_inc:boolean,upper_inc:boolean,empty:boolean>>");
}

TEST(MemberNamesTest, RenamingToTheSameNamesChangesNothing) {
  const auto outer = With(PostgresTypeKind::kComposite, nullptr,
                          {{"x", ArrayOf(Pair("a", "b"))},
                           {"y", With(PostgresTypeKind::kRange, Pair("c", "d"))}});
  ASSERT_OK_AND_ASSIGN(const TypeMapping before, MapType(*outer, -1, "c"));
  ASSERT_OK_AND_ASSIGN(
      const TypeMapping after,
      RenameMembers(before, [](std::string_view name) { return std::string(name); }));
  EXPECT_EQ(after.glue, before.glue);
  EXPECT_EQ(after.parquet, before.parquet);
  EXPECT_TRUE(after.arrow_type->Equals(before.arrow_type));
}

TEST(MemberNamesTest, RefusesMembersThatDifferOnlyInCase) {
  const auto renamed = Renamed(*Pair("Total", "total"));
  EXPECT_THAT(renamed, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(renamed.status(), StatusMessageHas("n_total"));
}

}  // namespace
}  // namespace carmilla
