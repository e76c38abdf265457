#include "postgres/type_catalog.h"

#include "postgres/catalog_fixture.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;

class TypeCatalogTest : public CatalogTest {
 protected:
  std::shared_ptr<const PostgresType> TypeOf(const std::string& definition) {
    database_.Exec("DROP TABLE IF EXISTS of_type; CREATE TABLE of_type (c " + definition +
                   ")");
    return Describe("of_type").columns.at(0).type;
  }
};

TEST_F(TypeCatalogTest, ResolvesTypesToTheirParts) {
  database_.Exec(
      "CREATE TYPE mood AS ENUM ('sad', 'it''s', 'ok'); ALTER TYPE mood ADD VALUE "
      "'first' BEFORE "
      "'sad'; CREATE DOMAIN price AS numeric(9,3); CREATE DOMAIN cheap AS price; "
      "CREATE DOMAIN moods AS mood[]; CREATE SCHEMA app; CREATE DOMAIN app.short AS "
      "varchar(4)");
  const auto mood = TypeOf("mood");
  EXPECT_EQ(mood->kind, PostgresTypeKind::kEnum);
  EXPECT_EQ(mood->schema, "public");
  EXPECT_THAT(mood->enum_labels, ElementsAre("first", "sad", "it's", "ok"));
  const auto cheap = TypeOf("cheap");
  EXPECT_EQ(cheap->kind, PostgresTypeKind::kDomain);
  EXPECT_EQ(cheap->element->name, "price");
  EXPECT_EQ(cheap->element->element->name, "numeric");
  EXPECT_EQ(cheap->element->domain_typmod, ((9 << 16) | 3) + 4);
  const auto moods = TypeOf("moods[]");
  EXPECT_EQ(moods->kind, PostgresTypeKind::kArray);
  EXPECT_EQ(moods->element->element->element->enum_labels.size(), 4);
  EXPECT_EQ(TypeOf("app.short")->schema, "app");
  EXPECT_EQ(TypeOf("int4range")->element->name, "int4");
  EXPECT_EQ(TypeOf("int4[][]")->element->name, "int4");
}

TEST_F(TypeCatalogTest, AMultirangeIsMadeOfItsRange) {
  if (database_.version() < 140000) GTEST_SKIP() << "PostgreSQL 14 brought multiranges";
  EXPECT_EQ(TypeOf("int4multirange")->element->name, "int4range");
}

TEST_F(TypeCatalogTest, TypesWithElementsThatAreNoArrays) {
  for (const char* name : {"name", "point", "int2vector", "oidvector", "box"}) {
    const auto type = TypeOf(name);
    EXPECT_EQ(type->kind, PostgresTypeKind::kBase) << name;
    EXPECT_EQ(type->element, nullptr) << name;
  }
}

TEST_F(TypeCatalogTest, ReadsMembersWithoutDroppedOnes) {
  database_.Exec(
      "CREATE TYPE inner_type AS (x numeric(5,1)); CREATE TYPE outer_type AS (a int, "
      "gone int, \"B c\" inner_type[]); ALTER TYPE outer_type DROP ATTRIBUTE gone");
  const auto type = TypeOf("outer_type");
  ASSERT_EQ(type->members.size(), 2U);
  EXPECT_EQ(type->members[0].name, "a");
  EXPECT_EQ(type->members[0].type->name, "int4");
  EXPECT_EQ(type->members[1].name, "B c");
  const PostgresType& inner = *type->members[1].type->element;
  ASSERT_EQ(inner.members.size(), 1U);
  EXPECT_EQ(inner.members[0].typmod, ((5 << 16) | 1) + 4);
}

TEST_F(TypeCatalogTest, KnowsHowTheServerPrintsAType) {
  EXPECT_TRUE(TypeOf("int4")->has_binary_form);
  EXPECT_FALSE(TypeOf("aclitem")->has_binary_form);
  EXPECT_EQ(TypeOf("aclitem")->output_function, "pg_catalog.aclitemout");
  EXPECT_EQ(TypeOf("aclitem[]")->output_function, "pg_catalog.array_out");
  EXPECT_TRUE(TypeOf("inet")->has_cast_to_text);
  EXPECT_FALSE(TypeOf("point")->has_cast_to_text);
}

TEST_F(TypeCatalogTest, MoneyTellsTheDigitsOfItsLocale) {
  EXPECT_EQ(TypeOf("money")->money_digits, 2);
  EXPECT_EQ(TypeOf("money[]")->element->money_digits, 2);
  EXPECT_EQ(TypeOf("int4")->money_digits, -1);
}

TEST_F(TypeCatalogTest, ATypeOfAnExtensionKnowsIt) {
  database_.Exec("CREATE SCHEMA \"Odd\"; CREATE EXTENSION hstore SCHEMA \"Odd\"");
  const auto type = TypeOf("\"Odd\".hstore");
  EXPECT_EQ(type->extension, "hstore");
  EXPECT_EQ(type->extension_schema, "\"Odd\"");
  EXPECT_EQ(TypeOf("int4")->extension, "");
}

}  // namespace
}  // namespace carmilla
