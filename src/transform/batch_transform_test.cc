#include "transform/batch_transform.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::shared_ptr<arrow::Array> Texts(
    const std::vector<std::optional<std::string>>& texts) {
  arrow::StringBuilder builder;
  for (const auto& text : texts) {
    EXPECT_OK(text ? builder.Append(*text) : builder.AppendNull());
  }
  return builder.Finish().ValueOrDie();
}

ColumnTransform Derived(const std::string& name, int source, const std::string& path,
                        const std::string& type,
                        ValuePolicy on_misfit = ValuePolicy::kError) {
  const DeclaredType declared = ParseDeclaredType(type).ValueOrDie();
  return {.name = name,
          .type = ArrowTypeOf(declared),
          .source = source,
          .source_name = "payload",
          .derivation = JsonDerivation{.path = ParseJsonPath(path).ValueOrDie(),
                                       .type = declared,
                                       .on_misfit = on_misfit}};
}

std::shared_ptr<arrow::RecordBatch> Batch(arrow::ArrayVector columns) {
  arrow::FieldVector fields;
  for (const auto& column : columns) {
    fields.push_back(arrow::field("c" + std::to_string(fields.size()), column->type()));
  }
  const int64_t rows = columns[0]->length();
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), rows,
                                  std::move(columns));
}

TEST(BatchTransformTest, KeepsDropsDerivesAndMasks) {
  ASSERT_OK_AND_ASSIGN(
      const auto transform,
      BatchTransform::Make(
          {{.name = "name",
            .type = arrow::utf8(),
            .source = 1,
            .mask = ColumnMask{.kind = MaskKind::kTruncate, .characters = 1}},
           {.name = "phone", .type = arrow::int64()},
           Derived("id", 0, "$.id", "bigint"),
           Derived("tag", 0, "$.tags[0]", "text")},
          ""));
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       transform->Apply(*Batch({Texts({R"({"id": 7, "tags": ["x", "y"]})",
                                                       std::nullopt, R"({"tags": []})"}),
                                                Texts({"Ann", std::nullopt, "Bob"})})));
  EXPECT_EQ(rows->schema()->ToString(),
            "name: string\nphone: int64\nid: int64\ntag: string");
  EXPECT_EQ(rows->column(0)->ToString(), "[\n  \"A\",\n  null,\n  \"B\"\n]");
  EXPECT_EQ(rows->column(1)->null_count(), 3);
  EXPECT_EQ(rows->column(2)->ToString(), "[\n  7,\n  null,\n  null\n]");
  EXPECT_EQ(rows->column(3)->ToString(), "[\n  \"x\",\n  null,\n  null\n]");
}

TEST(BatchTransformTest, AMisfitIsAnErrorThatShowsNoValue) {
  ASSERT_OK_AND_ASSIGN(
      const auto transform,
      BatchTransform::Make({Derived("campaign", 0, "$.campaign.id", "bigint")}, ""));
  const arrow::Status status =
      transform->Apply(*Batch({Texts({R"({"campaign": {"id": "canary"}})"})})).status();
  EXPECT_THAT(status, HasKind(ErrorKind::kData));
  EXPECT_EQ(status.message(),
            "column \"campaign\": $.campaign.id of \"payload\" holds a string that is no "
            "number, for type bigint (on_misfit: error; cells touched by policies "
            "so far: 0)");
  EXPECT_THAT(HintOf(status), HasSubstr("add on_misfit: null to \"campaign\""));
  EXPECT_THAT(RenderError(status), Not(HasSubstr("canary")));
}

TEST(BatchTransformTest, CountsTheMisfitsThatItMakesNull) {
  ASSERT_OK_AND_ASSIGN(
      const auto transform,
      BatchTransform::Make({Derived("a", 0, "$.a", "smallint", ValuePolicy::kNull),
                            Derived("b", 0, "$.b", "text", ValuePolicy::kNull)},
                           ""));
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK_AND_ASSIGN(const auto rows,
                         transform->Apply(*Batch(
                             {Texts({R"({"a": 1, "b": 2})", R"({"a": 1e9})", "no"})})));
    EXPECT_EQ(rows->column(0)->ToString(), "[\n  1,\n  null,\n  null\n]");
    EXPECT_EQ(rows->column(1)->ToString(), "[\n  \"2\",\n  null,\n  null\n]");
  }
  EXPECT_THAT(transform->misfits(), ElementsAre(4, 2));
}

TEST(BatchTransformTest, TakesSlicesOfBatches) {
  const auto whole = Batch({Texts({"{\"a\": 1}", "{\"a\": 2}", "{\"a\": 3}"})});
  ASSERT_OK_AND_ASSIGN(const auto transform,
                       BatchTransform::Make({Derived("a", 0, "$.a", "integer")}, ""));
  ASSERT_OK_AND_ASSIGN(const auto rows, transform->Apply(*whole->Slice(1, 2)));
  EXPECT_EQ(rows->column(0)->ToString(), "[\n  2,\n  3\n]");
}

TEST(BatchTransformTest, MasksWhatItDerived) {
  ColumnTransform column = Derived("mail", 0, "$.mail", "text");
  column.mask = ColumnMask{.kind = MaskKind::kHmacSha256};
  ASSERT_OK_AND_ASSIGN(const auto transform, BatchTransform::Make({column}, "Jefe"));
  ASSERT_OK_AND_ASSIGN(
      const auto rows,
      transform->Apply(
          *Batch({Texts({R"({"mail": "what do ya want for nothing?"})", "{}"})})));
  EXPECT_EQ(rows->column(0)->ToString(),
            "[\n  \"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843\",\n"
            "  null\n]");
}

}  // namespace
}  // namespace carmilla
