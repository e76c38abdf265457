#include "duck/table_view.h"

#include "core/error.h"
#include "duck/lake_fixture.h"

namespace carmilla {
namespace {

using TableViewTest = LakeFixture;

std::shared_ptr<arrow::Schema> Integers(const std::vector<std::string>& names) {
  arrow::FieldVector fields;
  for (const std::string& name : names)
    fields.push_back(arrow::field(name, arrow::int32()));
  return arrow::schema(fields);
}

TEST_F(TableViewTest, ReadsOddPathsLiterally) {
  const char* const folders[] = {
      "*",         "a?b", "[x]",         "[a-z]*", "it's",   "with space", "double\"q",
      "new\nline", "ünï", "back\\slash", "k=v",    "100%25", "~",          "]["};
  for (const char* folder : folders) {
    const std::string name = std::string("odd/") + folder + "/part?*.parquet";
    // A backslash beside a glob character is refused, see below.
    const std::string file = WriteFile(
        std::string(folder) == "back\\slash" ? "odd/back\\slash/part.parquet" : name,
        "SELECT 7 AS i");
    Open({{.name = "t", .files = {file}, .schema = Integers({"i"})}});
    EXPECT_EQ(Rows("SELECT * FROM t"), "7") << file;
  }
}

TEST_F(TableViewTest, NeverExpandsAPattern) {
  const std::string literal = WriteFile("t/part-*.parquet", "SELECT 1 AS i");
  WriteFile("t/part-2.parquet", "SELECT 2 AS i");
  Open({{.name = "t", .files = {literal}, .schema = Integers({"i"})}});
  EXPECT_EQ(Rows("SELECT * FROM t"), "1");
  std::filesystem::remove(literal);
  const arrow::Status status = StatusOf("SELECT * FROM t");
  EXPECT_THAT(status, HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(status, StatusMessageHas(literal));
}

TEST_F(TableViewTest, RefusesWhatTheEngineCannotRead) {
  EXPECT_THAT(DuckPathOf("/a\\b/*.parquet"), HasKind(ErrorKind::kUnsupported));
  EXPECT_OK(DuckPathOf("s3://bucket/a*.parquet"));
  EXPECT_EQ(LiteralDuckPattern("s3://bucket/a*.parquet"), "s3://bucket/a*.parquet");
  EXPECT_THAT(DuckPathOf("gs://bucket/a.parquet"), HasKind(ErrorKind::kUnsupported));
}

TEST_F(TableViewTest, ReadsFilesInTheirOrder) {
  const std::string b = WriteFile("t/b.parquet", "SELECT 1 AS i");
  const std::string a = WriteFile("t/a.parquet", "SELECT 2 AS i");
  Open({{.name = "t", .files = {b, a}, .schema = Integers({"i"})}});
  EXPECT_EQ(Rows("SELECT * FROM t"), "1;2");
}

TEST_F(TableViewTest, QuotesNames) {
  const std::string file = WriteFile(
      "t.parquet", "SELECT 1 AS \"select\", 2 AS \"a \"\"b\"\"\", 3 AS \"new\nline\"");
  Open({{.name = "my \"table\"; DROP",
         .files = {file},
         .schema = Integers({"select", "a \"b\"", "new\nline"})}});
  EXPECT_EQ(Rows("SELECT * FROM \"my \"\"table\"\"; DROP\""), "1|2|3");
}

TEST_F(TableViewTest, TellsNamesThatDifferOnlyInCaseApart) {
  // DuckDB cannot write such a file; what it reads as `ID_1` is the file's second column.
  const std::string file =
      WriteFile("t.parquet", "SELECT 1 AS id, 2 AS \"ID_1\", 3 AS \"Id_2\"");
  Open({{.name = "t", .files = {file}, .schema = Integers({"id", "ID", "Id"})}});
  EXPECT_EQ(Rows("SELECT id, id_1, id_2 FROM t"), "1|2|3");
}

TEST_F(TableViewTest, ReadsPartitionsOutOfThePath) {
  // Above the table stands a folder that only looks like a partition, of the same name.
  const std::string lake = "env=prod/dt=2000-01-01/lake/events/";
  const std::string first =
      WriteFile(lake + "dt=2024-05-01/region=a%2Fb%20c+d/run/0.parquet", "SELECT 1 AS i");
  const std::string second = WriteFile(
      lake + "dt=__HIVE_DEFAULT_PARTITION__/region=NULL/run/0.parquet", "SELECT 2 AS i");
  Open({{.name = "events",
         .files = {first, second},
         .schema = Integers({"i"}),
         .partition_columns = {"dt", "region"}}});
  EXPECT_EQ(Rows("SELECT * FROM events ORDER BY i"), "1|2024-05-01|a/b c+d;2|null|NULL");
  EXPECT_EQ(Rows("SELECT typeof(dt), typeof(region) FROM events LIMIT 1"),
            "DATE|VARCHAR");
  EXPECT_EQ(Rows("SELECT i FROM events WHERE dt = '2024-05-01'"), "1");
  EXPECT_EQ(Rows("SELECT i FROM events WHERE dt IS NULL"), "2");
}

TEST_F(TableViewTest, ReadsEscapedNamesOfPartitionColumns) {
  const std::string file = WriteFile("t/a%3Ab.c%=%5B1%5D/0.parquet", "SELECT 1 AS i");
  Open({{.name = "t",
         .files = {file},
         .schema = Integers({"i"}),
         .partition_columns = {"a:b.c%"}}});
  EXPECT_EQ(Rows("SELECT \"a:b.c%\" FROM t"), "[1]");
}

TEST_F(TableViewTest, SkipsFilesOfOtherPartitions) {
  std::vector<std::string> files;
  for (const char* day : {"2024-05-01", "2024-05-02", "2024-05-03"}) {
    files.push_back(
        WriteFile(std::string("t/dt=") + day + "/0.parquet", "SELECT 1 AS i"));
  }
  Open({{.name = "t",
         .files = files,
         .schema = Integers({"i"}),
         .partition_columns = {"dt"}}});
  EXPECT_THAT(Rows("EXPLAIN ANALYZE SELECT i FROM t WHERE dt >= '2024-05-03'"),
              ::testing::HasSubstr("Scanning Files: 1/3"));
}

TEST_F(TableViewTest, ReadsPartitionsBesideAColumnCalledFilename) {
  const std::string file =
      WriteFile("t/dt=x/0.parquet", "SELECT 1 AS \"FileName\", 2 AS filename_");
  Open({{.name = "t",
         .files = {file},
         .schema = Integers({"FileName", "filename_"}),
         .partition_columns = {"dt"}}});
  EXPECT_EQ(Rows("SELECT * FROM t WHERE dt = 'x'"), "1|2|x");
}

TEST_F(TableViewTest, RefusesAFileOutsideOfItsPartition) {
  const std::string file = WriteFile("t/0.parquet", "SELECT 1 AS i");
  EXPECT_THAT(CreateViewStatement({.name = "t",
                                   .files = {file},
                                   .schema = Integers({"i"}),
                                   .partition_columns = {"dt"}}),
              HasKind(ErrorKind::kCorruptData));
}

TEST_F(TableViewTest, RefusesATableWithoutColumns) {
  Open({{.name = "t", .files = {}, .schema = arrow::schema({})}});
  EXPECT_THAT(StatusOf("SELECT * FROM t"), StatusMessageHas("it has no columns"));
}

}  // namespace
}  // namespace carmilla
