#include "aws/glue_format.h"

#include <string>

#include "testing/matchers.h"

namespace carmilla {
namespace {

CatalogTable Example() {
  return {.table = "orders",
          .run_id = "20260102T030405678Z-9f3c1a",
          .comment = "All orders",
          .source = "public.orders",
          .location = "s3://lake/orders/",
          .columns = {{.name = "Id", .type = "bigint", .comment = "the key"},
                      {.name = "amount", .type = "decimal(12,2)"}},
          .partition_columns = {{.name = "dt", .type = "date"}},
          .statistics = {.files = 2, .rows = 30, .bytes = 400}};
}

TEST(GlueFormatTest, TellsTheWholeTable) {
  const std::string expected = R"json({
 "Name": "orders",
 "TableType": "EXTERNAL_TABLE",
 "Retention": 0,
 "PartitionKeys": [
  {
   "Name": "dt",
   "Type": "date"
  }
 ],
 "StorageDescriptor": {
  "Columns": [
   {
    "Name": "id",
    "Type": "bigint",
    "Comment": "the key"
   },
   {
    "Name": "amount",
    "Type": "decimal(12,2)"
   }
  ],
  "Location": "s3://lake/orders/",
  "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  "Compressed": false,
  "NumberOfBuckets": -1,
  "SerdeInfo": {
   "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
   "Parameters": {
    "serialization.format": "1"
   }
  },
  "BucketColumns": [],
  "SortColumns": [],
  "Parameters": {},
  "StoredAsSubDirectories": false
 },
 "Parameters": {
  "EXTERNAL": "TRUE",
  "classification": "parquet",
  "carmilla.table": "orders",
  "carmilla.run_id": "20260102T030405678Z-9f3c1a",
  "carmilla.source": "public.orders",
  "numFiles": "2",
  "numRows": "30",
  "totalSize": "400"
 },
 "Description": "All orders"
})json";
  EXPECT_EQ(DumpJson(GlueTableInput(Example()), /*indent=*/1), expected);
}

TEST(GlueFormatTest, CutsCommentsAtAWholeCharacterOfOneLine) {
  CatalogTable table = Example();
  table.columns[0].comment = std::string(254, 'x') + "\xc3\xa9";
  table.columns[1].comment = "one\ntwo";
  const Json columns = GlueTableInput(table)["StorageDescriptor"]["Columns"];
  EXPECT_EQ(columns[0]["Comment"], std::string(254, 'x'));
  EXPECT_EQ(columns[1]["Comment"], "one two");
}

TEST(GlueFormatTest, APartitionTellsWhichColumnsItWasWrittenWith) {
  CatalogTable table = Example();
  const CatalogPartition partition{.values = {"2024-05-01"},
                                   .location = "s3://lake/orders/dt=2024-05-01/run/",
                                   .statistics = {.files = 1, .rows = 2, .bytes = 3}};
  const Json first = GluePartitionInput(table, partition);
  EXPECT_EQ(first["Values"], Json({"2024-05-01"}));
  EXPECT_EQ(first["StorageDescriptor"]["Location"], partition.location);
  EXPECT_EQ(first["StorageDescriptor"]["Columns"].size(), 2);
  EXPECT_EQ(first["Parameters"]["numRows"], "2");
  table.columns[1].type = "double";
  const Json second = GluePartitionInput(table, partition);
  EXPECT_NE(first["Parameters"]["carmilla.columns"],
            second["Parameters"]["carmilla.columns"]);
}

TEST(GlueFormatTest, FindsWhatTheCatalogDoesNotShow) {
  const Json wanted = GlueTableInput(Example());
  Json shown = wanted;
  shown["CreateTime"] = 1;
  shown["Parameters"]["of a user"] = "x";
  shown["StorageDescriptor"].erase("Parameters");  // Empty ones are left out.
  EXPECT_TRUE(GlueShows(shown, wanted));
  for (const char* path :
       {"/StorageDescriptor/Location", "/Parameters/carmilla.run_id",
        "/StorageDescriptor/Columns/1/Type", "/PartitionKeys/0/Name", "/Description"}) {
    Json changed = shown;
    changed[Json::json_pointer(path)] = "other";
    EXPECT_FALSE(GlueShows(changed, wanted)) << path;
  }
  Json fewer = shown;
  fewer["StorageDescriptor"]["Columns"].erase(1);
  EXPECT_FALSE(GlueShows(fewer, wanted));
  EXPECT_FALSE(GlueShows(shown, GlueTableInput({.table = "orders"})));
}

TEST(GlueFormatTest, KeepsParametersOfOthers) {
  Json shown = GlueTableInput(Example());
  shown["Parameters"]["of a user"] = "x";
  shown["Parameters"]["numRows"] = "1";
  shown["Parameters"]["projection.enabled"] = "true";
  const Json kept = KeepOtherParameters(GlueTableInput(Example()), shown);
  EXPECT_EQ(kept["Parameters"]["of a user"], "x");
  EXPECT_EQ(kept["Parameters"]["numRows"], "30");
  EXPECT_FALSE(kept["Parameters"].contains("projection.enabled"));
}

}  // namespace
}  // namespace carmilla
