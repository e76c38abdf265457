#include "codegen/model_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "codegen/model_fixture.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

HeaderOrigin OriginOf(const TableDescription& table) {
  return {.relation = table.name.ToString(), .query_file = "", .columns = {}, .name = ""};
}

ModelHeader HeaderOf(const TableDescription& table) {
  const auto header = WriteModelHeader(table, OriginOf(table));
  EXPECT_THAT(header, IsOk());
  return header.ok() ? *header : ModelHeader();
}

TableDescription Wide(size_t num_columns) {
  TableDescription table = TableOf({.schema = "public", .name = "wide"}, {});
  for (size_t i = 0; i < num_columns; ++i) {
    table.columns.push_back(ColumnOf("c" + std::to_string(i), BigintType()));
  }
  return table;
}

constexpr char kOrders[] =
    R"golden(// clang-format off
// Written by `carmilla generate public.orders`; do not edit, run it again.
#pragma once

#include <carmilla/model.h>

#ifndef CARMILLA_ENUM_models_mood
#define CARMILLA_ENUM_models_mood 0x3673719c00c5ff0e
namespace models {

enum class mood {
  sad,
  in_between,
  class_,
};

}  // namespace models

template <>
struct carmilla::EnumLabels<models::mood> {
  static constexpr std::array<std::string_view, 3> kLabels{
      "sad",
      "in between",
      "class",
  };
};
#elif CARMILLA_ENUM_models_mood != 0x3673719c00c5ff0e
#error "two headers differ about models::mood: run `carmilla generate`"
#endif

namespace models {

/// One row per order.
struct orders {
  /// Counts up.
  int64_t id;
  std::optional<int64_t> user_id;
  carmilla::Decimal<15, 2> amount;
  std::string_view class_;
  std::optional<models::mood> mood;
  std::optional<carmilla::List<std::string_view>> tags;

  struct Columns {
    static constexpr carmilla::Column<int64_t> id{"id", "bigint"};
    static constexpr carmilla::NullableColumn<int64_t> user_id{"user_id", "bigint"};
    static constexpr carmilla::Column<carmilla::Decimal<15, 2>> amount{"amount",
                                                                       "numeric(15,2)"};
    static constexpr carmilla::Column<std::string_view> class_{"class", "text"};
    static constexpr carmilla::NullableColumn<models::mood> mood{"mood", "public.mood"};
    static constexpr carmilla::NullableColumn<carmilla::List<std::string_view>> tags{
        "tags", "text[]"};
  };
  static constexpr Columns columns{};
  static constexpr carmilla::Relation kRelation{.schema = "public",
                                                .name = "orders",
                                                .query = "",
                                                .fingerprint = "c70889b10c406dba"};
};
CARMILLA_MODEL(orders, id, user_id, amount, class_, mood, tags);

}  // namespace models
)golden";

TEST(ModelHeaderTest, AHeaderHasStructColumnsAndRelation) {
  EXPECT_EQ(HeaderOf(Orders()).text, kOrders);
  EXPECT_EQ(HeaderOf(Orders()).path, "orders.h");
}

TEST(ModelHeaderTest, FewerColumnsMakeASmallerStruct) {
  HeaderOrigin origin = OriginOf(Orders());
  origin.columns = {"id", "class"};
  origin.name = "Order";
  const auto header = WriteModelHeader(Orders(), origin);
  ASSERT_THAT(header, IsOk());
  EXPECT_EQ(header->path, "Order.h");
  EXPECT_THAT(header->text, HasSubstr("--columns id,class --name Order`"));
  EXPECT_THAT(header->text, HasSubstr("CARMILLA_MODEL(Order, id, class_);\n"));
  EXPECT_THAT(header->text, HasSubstr(".name = \"orders\""));
  EXPECT_THAT(header->text, Not(HasSubstr("mood")));
  EXPECT_THAT(header->text, Not(HasSubstr("amount")));
}

TEST(ModelHeaderTest, AColumnHasOneNameInEveryStructOverItsTable) {
  const TableDescription table =
      TableOf({.schema = "public", .name = "t"},
              {ColumnOf("a b", BigintType()), ColumnOf("a_b", BigintType())});
  HeaderOrigin origin = OriginOf(table);
  origin.columns = {"a b"};
  const auto header = WriteModelHeader(table, origin);
  ASSERT_THAT(header, IsOk());
  EXPECT_THAT(header->text, HasSubstr("CARMILLA_MODEL(t, a_b_2);"));
}

TEST(ModelHeaderTest, AQueryKeepsItsSql) {
  TableDescription result = TableOf({}, {ColumnOf("n", BigintType())});
  const auto header = WriteModelHeader(
      result,
      {.relation = "", .query_file = "sql/top-users.sql", .columns = {}, .name = ""},
      "select 1 as n\nfrom users -- \"all\"");
  ASSERT_THAT(header, IsOk());
  EXPECT_EQ(header->path, "top_users.h");
  EXPECT_THAT(header->text, HasSubstr("generate --query sql/top-users.sql`"));
  EXPECT_THAT(header->text, HasSubstr("  std::optional<int64_t> n;\n"));
  EXPECT_THAT(header->text,
              HasSubstr("  static constexpr std::string_view kQuery = R\"sql(select 1 as "
                        "n\nfrom users -- \"all\")sql\";\n"));
  EXPECT_THAT(header->text, HasSubstr(".schema = \"\", .name = \"\", .query = kQuery, "));
}

TEST(ModelHeaderTest, SchemasAreNamespacesAndFolders) {
  const ModelHeader sales = HeaderOf(
      TableOf({.schema = "sales", .name = "int"}, {ColumnOf("id", BigintType())}));
  EXPECT_EQ(sales.path, "sales/int_.h");
  EXPECT_EQ(sales.QualifiedName(), "models::sales::int_");
  EXPECT_THAT(sales.text, HasSubstr("namespace models::sales {\n\nstruct int_ {"));
  EXPECT_THAT(sales.text, HasSubstr(".schema = \"sales\", .name = \"int\""));
  const ModelHeader std_schema =
      HeaderOf(TableOf({.schema = "std", .name = "t"}, {ColumnOf("id", BigintType())}));
  EXPECT_EQ(std_schema.path, "std_/t.h");
  EXPECT_THAT(std_schema.text, HasSubstr("namespace models::std_ {"));
}

TEST(ModelHeaderTest, TheFingerprintTellsWhatColumnsAre) {
  const auto fingerprint = [](const TableDescription& table) {
    const std::string text = HeaderOf(table).text;
    return text.substr(text.find(".fingerprint"), 32);
  };
  std::set<std::string> fingerprints = {fingerprint(Orders())};
  TableDescription commented = Orders();
  commented.comment = "other";
  commented.columns[0].comment = "other";
  EXPECT_TRUE(fingerprints.contains(fingerprint(commented)));
  for (int change = 0; change < 4; ++change) {
    TableDescription table = Orders();
    if (change == 0) table.columns[1].name = "user";
    if (change == 1) table.columns[1].type = TextType();
    if (change == 2) table.columns[1].is_not_null = true;
    if (change == 3) table.columns[4].type = UserType("mood", PostgresTypeKind::kEnum);
    EXPECT_TRUE(fingerprints.insert(fingerprint(table)).second) << change;
  }
}

TEST(ModelHeaderTest, ThreeHundredColumnsAreTheMost) {
  const ModelHeader header = HeaderOf(Wide(300));
  EXPECT_EQ(header.members.size(), 300);
  const TableDescription wide = Wide(301);
  const auto refused = WriteModelHeader(wide, OriginOf(wide));
  EXPECT_THAT(refused, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(refused, StatusMessageHas("public.wide"));
  EXPECT_THAT(refused, StatusHintHas("--columns"));
  HeaderOrigin origin = OriginOf(wide);
  origin.columns = {"c300"};
  EXPECT_THAT(WriteModelHeader(wide, origin), IsOk());
}

TEST(ModelHeaderTest, ATableWithoutColumnsIsRefused) {
  const TableDescription none = TableOf({.schema = "public", .name = "none"}, {});
  EXPECT_THAT(WriteModelHeader(none, OriginOf(none)), HasKind(ErrorKind::kConfiguration));
}

TEST(ModelHeaderTest, AnUnknownColumnIsAnsweredWithTheNearest) {
  HeaderOrigin origin = OriginOf(Orders());
  origin.columns = {"id", "amuont"};
  const auto refused = WriteModelHeader(Orders(), origin);
  EXPECT_THAT(refused, HasKind(ErrorKind::kUnknownRelation));
  EXPECT_THAT(refused, StatusMessageHas("public.orders"));
  EXPECT_THAT(refused, StatusHintHas("amount"));
}

TEST(ModelHeaderTest, AColumnThatNothingHoldsIsRefusedUnlessLeftOut) {
  TableDescription table = Orders();
  table.columns.push_back(ColumnOf("odd", UserType("thing", PostgresTypeKind::kBase)));
  const auto refused = WriteModelHeader(table, OriginOf(table));
  EXPECT_THAT(refused, HasKind(ErrorKind::kUnsupportedType));
  EXPECT_THAT(refused, StatusMessageHas("public.orders"));
  EXPECT_THAT(refused, StatusMessageHas("odd"));
  HeaderOrigin origin = OriginOf(table);
  origin.columns = {"id"};
  EXPECT_THAT(WriteModelHeader(table, origin), IsOk());
}

TEST(ModelHeaderTest, ANameThatIsNoneIsRefused) {
  HeaderOrigin origin = OriginOf(Orders());
  for (const std::string name : {"a b", "class", "../x", "9", "std"}) {
    origin.name = name;
    EXPECT_THAT(WriteModelHeader(Orders(), origin), HasKind(ErrorKind::kUsage)) << name;
  }
  origin.name = "mood";  // An enum's.
  EXPECT_THAT(WriteModelHeader(Orders(), origin), HasKind(ErrorKind::kUsage));
}

TEST(ModelHeaderTest, LongNamesAreBrokenWhereTheyCanBe) {
  const std::string name(1000, 'x');
  const ModelHeader header =
      HeaderOf(TableOf({.schema = "public", .name = "t"}, {ColumnOf(name, TextType())}));
  EXPECT_THAT(header.text,
              HasSubstr("  std::optional<std::string_view>\n      " + name + ";\n"));
  EXPECT_THAT(header.text, HasSubstr("CARMILLA_MODEL(\n    t,\n    " + name + ");\n"));
}

TEST(ModelHeaderTest, HostileNamesStayInTheirPlace) {
  TableDescription table = TableOf({.schema = "public", .name = "a\"; x\n*/"},
                                   {ColumnOf("b\"};\nint c;//\\", TextType(), true)});
  table.comment = "ends \\\nint d; */ int e;";
  const ModelHeader header = HeaderOf(table);
  EXPECT_EQ(header.path, "a_x_.h");
  EXPECT_THAT(header.text, HasSubstr("  std::string_view b_int_c_;\n"));
  EXPECT_THAT(header.text, HasSubstr(R"({"b\"};\012int c;//\\",)"));
  EXPECT_THAT(header.text, HasSubstr("\n/// ends \\ int d; * / int e;\nstruct a_x_ {"));
}

}  // namespace
}  // namespace carmilla
