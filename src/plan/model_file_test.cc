#include "plan/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/configuration_fixture.h"

namespace carmilla {
namespace {

class ModelFileTest : public ::testing::Test {
 protected:
  std::vector<ModelFile> Read() {
    const auto models = ReadModelFiles({.folder = folder_.path(), .shown_as = "models"});
    EXPECT_THAT(models, IsOk());
    return models.ValueOr({});
  }
  /// Reads the description of the model `m`.
  ModelFile ReadOne(const std::string& yaml) {
    folder_.Write("m.sql", "SELECT 1 AS id");
    folder_.Write("m.yaml", yaml);
    const std::vector<ModelFile> models = Read();
    EXPECT_EQ(models.size(), 1U);
    return models.empty() ? ModelFile() : models[0];
  }
  std::string ProblemOf(const std::string& yaml) {
    const arrow::Status status = ReadOne(yaml).status;
    return status.ok() ? "fine" : RenderError(status);
  }

  TemporaryFolder folder_;
};

TEST_F(ModelFileTest, AModelIsNamedByItsFile) {
  folder_.Write("b.sql", "SELECT 2");
  folder_.Write("a.sql", "SELECT 1\n");
  folder_.Write("README.md", "no model");
  folder_.Write(".hidden.sql", "no model");
  const auto models = Read();
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models[0].name, "a");
  EXPECT_EQ(models[1].name, "b");
  for (const QueryOn on : {QueryOn::kEmbedded, QueryOn::kAthena}) {
    EXPECT_EQ(models[0].SqlFor(on).text, "SELECT 1\n");
    EXPECT_EQ(models[0].SqlFor(on).file, "models/a.sql");
  }
  EXPECT_OK(models[0].status);
  EXPECT_EQ(models[0].materialization, Materialization::kView);
}

TEST_F(ModelFileTest, AnEngineMayHaveSqlOfItsOwn) {
  folder_.Write("a.sql", "SELECT 1");
  folder_.Write("a.athena.sql", "SELECT 2");
  folder_.Write("b.duckdb.sql", "SELECT 3");
  const auto models = Read();
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models[0].SqlFor(QueryOn::kEmbedded).text, "SELECT 1");
  EXPECT_EQ(models[0].SqlFor(QueryOn::kAthena).text, "SELECT 2");
  EXPECT_EQ(models[1].SqlFor(QueryOn::kEmbedded).text, "SELECT 3");
  EXPECT_EQ(models[1].SqlFor(QueryOn::kAthena).text, "");
  EXPECT_OK(models[1].status);
}

TEST_F(ModelFileTest, ReadsDescriptionsAndTests) {
  const ModelFile model = ReadOne(
      "materialized: table\n"
      "description: Revenue of a day\n"
      "columns:\n"
      "  day: {description: In UTC, tests: [not_null, unique]}\n"
      "  customer: {tests: [{relationships: {to: customers, column: id}}]}\n"
      "tests: [{row_count: {min: 1, max: 9}}]\n");
  EXPECT_OK(model.status);
  EXPECT_EQ(model.materialization, Materialization::kTable);
  EXPECT_EQ(model.description, "Revenue of a day");
  ASSERT_EQ(model.columns.size(), 2U);
  EXPECT_EQ(model.columns[0].description, "In UTC");
  ASSERT_EQ(model.tests.size(), 4U);
  EXPECT_EQ(model.tests[0].kind, ModelTest::Kind::kNotNull);
  EXPECT_EQ(model.tests[1].kind, ModelTest::Kind::kUnique);
  EXPECT_EQ(model.tests[1].column, "day");
  EXPECT_EQ(model.tests[2].other, "customers");
  EXPECT_EQ(model.tests[2].other_column, "id");
  EXPECT_EQ(model.tests[3].min, 1);
  EXPECT_EQ(model.tests[3].max, 9);
}

TEST_F(ModelFileTest, EveryMistakeHasItsPlaceAndTheNearestKey) {
  EXPECT_EQ(ProblemOf("materialised: table\n"),
            "models/m.yaml:1:1: unknown key \"materialised\" in the file of a model\n"
            "hint: did you mean \"materialized\"?");
  EXPECT_THAT(ProblemOf("materialized: tabel\n"),
              testing::StartsWith("models/m.yaml:1:15: materialized must be view or "
                                  "table, not \"tabel\""));
  EXPECT_THAT(
      ProblemOf("columns:\n  id: {tests: [not_nul]}\n"),
      testing::AllOf(testing::StartsWith("models/m.yaml:2:16: a test of a column"),
                     testing::HasSubstr("did you mean \"not_null\"?")));
  EXPECT_THAT(ProblemOf("columns: {id: {tests: [{relationships: {to: x}}]}}"),
              testing::HasSubstr("column is missing in relationships"));
  EXPECT_THAT(ProblemOf("tests: [not_null]"),
              testing::HasSubstr("a test of a model must be a map"));
  EXPECT_THAT(ProblemOf("tests: [{row_count: {}}]"),
              testing::HasSubstr("neither min nor max"));
  EXPECT_THAT(ProblemOf("tests: [{row_count: {min: 3, max: 2}}]"),
              testing::HasSubstr("min is larger than max"));
  EXPECT_THAT(ProblemOf("- a"), testing::HasSubstr("must be a map of keys"));
}

TEST_F(ModelFileTest, WhatIsWrongWithOneHindersNoOther) {
  folder_.Write("good.sql", "SELECT 1");
  folder_.Write("Bad-Name.sql", "SELECT 1");
  folder_.Write("empty.sql", " \n");
  folder_.Write("lonely.yaml", "description: x");
  folder_.Write("short.sql", "SELECT 1");
  folder_.Write("short.yml", "description: x");
  for (const ModelFile& model : Read()) {
    if (model.name == "good") {
      EXPECT_OK(model.status);
    } else {
      EXPECT_THAT(model.status, HasKind(ErrorKind::kConfiguration)) << model.name;
      EXPECT_THAT(model.status, StatusMessageHas("models/" + model.name));
    }
  }
}

TEST_F(ModelFileTest, AFolderThatIsNamedMustBeThere) {
  EXPECT_THAT(ReadModelFiles({.folder = folder_.path() + "/no", .shown_as = "no"}),
              HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(ReadModelFiles({}), IsOkAndHolds(testing::IsEmpty()));
}

}  // namespace
}  // namespace carmilla
