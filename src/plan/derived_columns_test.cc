#include "plan/derived_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "plan/configuration_fixture.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;

/// An entry whose only derived column begins at column 15 of line 6.
arrow::Result<Configuration> ParseDerive(const std::string& column) {
  std::string entries = "- name: public.a\n  derive:\n    x: ";
  entries.append(column).append("\n");
  return ParseTables(entries);
}

TEST(DerivedColumnsTest, ReadsEveryForm) {
  ASSERT_OK_AND_ASSIGN(const Configuration read, ParseTables(R"yaml(
  - name: public.clicks
    on_misfit: null
    derive:
      campaign_id: {from: payload, path: $.campaign.id, type: bigint}
      schema: {from: payload, path: $."Meta:schema", type: text, on_misfit: error}
      at: {from: payload, path: "$.t[0]", type: "timestamp[ms, UTC]", timestamp: epoch_ms}
      tags: {from: payload, path: $.tags, type: text, join: " "}
      inner: {from: payload, parse: $.body, path: $.id, type: "decimal(38,9)"}
      whole: {from: other, parse: true, path: $, type: text}
    drop: [payload]
)yaml"));
  const TableConfiguration& table = read.tables[0];
  ASSERT_EQ(table.derive.size(), 6U);
  EXPECT_EQ(table.derive[0].name, "campaign_id");
  EXPECT_EQ(table.derive[0].from, "payload");
  EXPECT_EQ(table.derive[0].derivation.path, (JsonPath{{"campaign"}, {"id"}}));
  EXPECT_EQ(table.derive[0].derivation.on_misfit, ValuePolicy::kNull);
  EXPECT_EQ(table.derive[0].position, (SourcePosition{8, 7}));
  EXPECT_EQ(table.derive[1].derivation.on_misfit, ValuePolicy::kError);
  EXPECT_EQ(table.derive[2].derivation.timestamp, TimestampForm::kEpochMillis);
  EXPECT_EQ(table.derive[3].derivation.join, " ");
  EXPECT_EQ(table.derive[4].derivation.parse_at, (JsonPath{{"body"}}));
  EXPECT_EQ(RenderDeclaredType(table.derive[4].derivation.type), "decimal(38,9)");
  EXPECT_EQ(table.derive[5].derivation.parse_at, JsonPath());
  ASSERT_EQ(table.drop.size(), 1U);
  EXPECT_EQ(table.drop[0].name, "payload");
}

TEST(DerivedColumnsTest, RefusesWithAPlaceAndACure) {
  const std::pair<std::string, std::string> mistakes[] = {
      {"$.a", "6:5: derived column \"x\" must be a map"},
      {"{path: $.a, type: bigint}", "6:8: from is missing in an entry of derive"},
      {"{from: p, type: bigint}", "6:8: path is missing in an entry of derive"},
      {"{from: p, path: $.a}", "6:8: type is missing in an entry of derive"},
      {"{from: p, path: a, type: bigint}",
       "6:24: path: character 1: a path begins with $: 'a'\nhint: write it like "
       "$.campaign.id"},
      {"{from: p, path: $.a, type: bigin}",
       "6:35: the type of derived column \"x\": unknown type: \"bigin\"\nhint: did you "
       "mean \"bigint\"?"},
      {"{from: p, path: $.a, type: time64}",
       "6:35: a derived column cannot have type time64"},
      {"{from: p, path: $.a, type: bigint, timestamp: epoch_ms}",
       "6:43: timestamp tells how a time is written, and the type is bigint"},
      {"{from: p, path: $.a, type: bigint, join: \",\"}",
       "6:43: join makes text, and the type is bigint"},
      {"{from: p, path: $.a, type: date, timestamp: epoch}", "timestamp must be iso, "},
      {"{from: p, path: $.a, type: date, on_misfit: clamp}",
       "on_misfit must be error or null, not \"clamp\""},
      {"{from: p, path: $.a, type: date, parse: yes}", "parse: character 1: a path"},
      {"{from: p, path: $.a, typ: date}", "unknown key \"typ\" in an entry of derive"},
  };
  for (const auto& [column, problem] : mistakes) {
    EXPECT_THAT(Shown(ParseDerive(column)), HasSubstr(problem)) << column;
  }
}

TEST(DerivedColumnsTest, ATypeThatYamlCutsAtItsCommaIsToldOnce) {
  EXPECT_EQ(Shown(ParseDerive("{from: p, path: $.a, type: decimal(38,9)}")),
            "c.yaml:6:35: the type of derived column \"x\" is cut at its comma: "
            "\"decimal(38\"\nhint: put it in quotes, such as \"decimal(38,9)\"");
}

TEST(DerivedColumnsTest, BelongToOneTable) {
  EXPECT_THAT(Shown(ParseTables("- {name: public.*, drop: [a]}\n")),
              HasSubstr("drop belongs to one table"));
}

}  // namespace
}  // namespace carmilla
