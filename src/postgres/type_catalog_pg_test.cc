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

TEST_F(TypeCatalogTest, BinaryFormIsLookedUpInEveryPart) {
  database_.Exec(
      "CREATE TYPE half AS (a int, b aclitem); CREATE TYPE whole AS (a int, b text);"
      "CREATE DOMAIN halves AS half; CREATE TYPE above AS (h half[])");
  EXPECT_TRUE(TypeOf("int4")->has_binary_form);
  EXPECT_TRUE(TypeOf("whole[]")->has_binary_form);
  EXPECT_FALSE(TypeOf("aclitem")->has_binary_form);
  EXPECT_FALSE(TypeOf("aclitem[]")->has_binary_form);
  EXPECT_FALSE(TypeOf("half")->has_binary_form);
  EXPECT_FALSE(TypeOf("halves")->has_binary_form);
  EXPECT_FALSE(TypeOf("above[]")->has_binary_form);
}

}  // namespace
}  // namespace carmilla
