#include "lake/catalog_table.h"

#include <string>

#include "lake/lake.h"
#include "testing/matchers.h"
#include "testing/memory_store.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

PartitionValues Day(const char* day) { return {{"dt", day}}; }

constexpr char kRun[] = "20260102T030405678Z-9f3c1a";

Manifest Example() {
  return {.table = "flights",
          .run_id = kRun,
          .comment = "Departures",
          .source = {.relation = "public.flights"},
          .columns = {{.name = "id", .glue_type = "int", .comment = "the key"},
                      {.name = "delay", .glue_type = "decimal(12,2)"}}};
}

DataFile FileIn(const std::string& folder, int index,
                const PartitionValues& partition = {}) {
  return {.key = folder + "/part-0000" + std::to_string(index) + ".parquet",
          .partition = partition,
          .rows = 10,
          .bytes = 100};
}

TEST(CatalogTableTest, TellsColumnsWithTypesAndComments) {
  MemoryStore store;
  ASSERT_OK_AND_ASSIGN(const CatalogTable table, MakeCatalogTable(Example(), store));
  EXPECT_EQ(table.table, "flights");
  EXPECT_EQ(table.run_id, kRun);
  EXPECT_EQ(table.comment, "Departures");
  EXPECT_EQ(table.source, "public.flights");
  EXPECT_THAT(table.columns, ElementsAre(CatalogColumn{"id", "int", "the key"},
                                         CatalogColumn{"delay", "decimal(12,2)", ""}));
}

TEST(CatalogTableTest, LocatesATableInTheFolderOfItsRun) {
  MemoryStore store;
  Manifest manifest = Example();
  ASSERT_OK_AND_ASSIGN(CatalogTable table, MakeCatalogTable(manifest, store));
  EXPECT_EQ(table.location, store.UriOf("flights/" + std::string(kRun)) + "/")
      << "without a file";
  manifest.files = {FileIn(kRun, 0), FileIn(kRun, 1)};
  ASSERT_OK_AND_ASSIGN(table, MakeCatalogTable(manifest, store));
  EXPECT_EQ(table.location, store.UriOf("flights/" + std::string(kRun)) + "/");
  EXPECT_EQ(table.statistics, (CatalogStatistics{.files = 2, .rows = 20, .bytes = 200}));
  EXPECT_THAT(table.partitions, IsEmpty());
}

TEST(CatalogTableTest, GivesEachPartitionItsFolderAndCounts) {
  MemoryStore store;
  Manifest manifest = Example();
  manifest.partition_columns = {"dt"};
  const std::string run = std::string("/") + kRun;
  manifest.files = {FileIn("dt=2024-05-02" + run, 0, Day("2024-05-02")),
                    FileIn("dt=2024-05-01" + run, 0, Day("2024-05-01")),
                    FileIn("dt=2024-05-02" + run, 1, Day("2024-05-02"))};
  ASSERT_OK_AND_ASSIGN(const CatalogTable table, MakeCatalogTable(manifest, store));
  EXPECT_EQ(table.location, store.UriOf("flights") + "/");
  EXPECT_THAT(table.partition_columns, ElementsAre(CatalogColumn{"dt", "date", ""}));
  EXPECT_THAT(
      table.partitions,
      ElementsAre(
          CatalogPartition{.values = {"2024-05-01"},
                           .location = store.UriOf("flights/dt=2024-05-01" + run) + "/",
                           .statistics = {.files = 1, .rows = 10, .bytes = 100}},
          CatalogPartition{.values = {"2024-05-02"},
                           .location = store.UriOf("flights/dt=2024-05-02" + run) + "/",
                           .statistics = {.files = 2, .rows = 20, .bytes = 200}}));
}

TEST(CatalogTableTest, LocatesStableNamesWhereCrawlersFindThem) {
  MemoryStore store;
  Manifest manifest = Example();
  const std::string files = "_carmilla/files/" + std::string(kRun);
  manifest.files = {FileIn(files, 0)};
  ASSERT_OK_AND_ASSIGN(CatalogTable table, MakeCatalogTable(manifest, store));
  EXPECT_EQ(table.location, store.UriOf("flights") + "/");
  manifest.partition_columns = {"dt"};
  manifest.files = {FileIn(files + "/dt=2024-05-01", 0, Day("2024-05-01"))};
  ASSERT_OK_AND_ASSIGN(table, MakeCatalogTable(manifest, store));
  EXPECT_EQ(table.partitions.at(0).location, store.UriOf("flights/dt=2024-05-01") + "/");
}

TEST(CatalogTableTest, RefusesAStableNameBesideFilesOfOlderVersions) {
  MemoryStore store;
  store.Put("flights/20250102T030405678Z-9f3c1a/part-00000.parquet", "old rows");
  Manifest manifest = Example();
  manifest.files = {FileIn("_carmilla/files/" + std::string(kRun), 0)};
  const auto table = MakeCatalogTable(manifest, store);
  EXPECT_THAT(table, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(table.status(), StatusMessageHas("flights/20250102T030405678Z-9f3c1a"));
  EXPECT_THAT(CheckCatalogFolders(manifest, store), HasKind(ErrorKind::kConfiguration));
  // Those of partitions that are gone hinder nobody.
  manifest.partition_columns = {"dt"};
  manifest.files = {FileIn("_carmilla/files/" + std::string(kRun) + "/dt=2024-05-01", 0,
                           Day("2024-05-01"))};
  ASSERT_OK(MakeCatalogTable(manifest, store).status());
  store.Put("flights/dt=2024-05-02/20250102T030405678Z-9f3c1a/part-00000.parquet", "old");
  ASSERT_OK(MakeCatalogTable(manifest, store).status());
  store.Put("flights/dt=2024-05-01/20250102T030405678Z-9f3c1a/part-00000.parquet", "old");
  EXPECT_THAT(MakeCatalogTable(manifest, store), HasKind(ErrorKind::kConfiguration));
}

TEST(CatalogTableTest, RefusesAPartitionInTwoFolders) {
  MemoryStore store;
  Manifest manifest = Example();
  manifest.files = {FileIn(kRun, 0), FileIn("20250102T030405678Z-9f3c1a", 0)};
  EXPECT_THAT(MakeCatalogTable(manifest, store), HasKind(ErrorKind::kUnsupported));
}

}  // namespace
}  // namespace carmilla
