#include "engine/task_table.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "columnar/parquet_reader.h"
#include "core/error.h"
#include "core/run_id.h"
#include "lake/lake.h"
#include "testing/matchers.h"
#include "testing/memory_store.h"

namespace carmilla {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

TaskTable Numbers() {
  return {.name = "numbers",
          .schema = arrow::schema({arrow::field("number", arrow::int64())})};
}

TEST(TaskTableTest, IsWrittenAsDefaultsSayUnlessTheTaskSaysOtherwise) {
  const TableDefaults defaults{.compression = Compression::kGzip,
                               .proof = Proof::kFull,
                               .layout = Layout::kStable};
  TaskTable table = Numbers();
  ASSERT_OK_AND_ASSIGN(TablePlan plan, PlanTaskTable("count", table, {}, defaults));
  EXPECT_EQ(plan.compression, Compression::kGzip);
  EXPECT_EQ(plan.proof, Proof::kFull);
  EXPECT_EQ(plan.layout, Layout::kStable);
  EXPECT_TRUE(plan.is_single_file);
  table.compression = Compression::kNone;
  ASSERT_OK_AND_ASSIGN(plan, PlanTaskTable("count", table, {}, defaults));
  EXPECT_EQ(plan.compression, Compression::kNone);
}

/// Batches of 1,000 numbers from 0 on, written into a lake in memory.
class TaskTableFilesTest : public testing::Test {
 protected:
  /// Files are full with the first byte that is stored: every batch may end one.
  std::vector<TaskFile> Write(const TaskTable& table, const PlanOptions& options,
                              const std::vector<std::string>& partitions) {
    TablePlan plan =
        PlanTaskTable("count", table, options, {.proof = Proof::kFull}).ValueOrDie();
    plan.file_bytes = std::min<int64_t>(plan.file_bytes, 1);
    const auto writer = OpenTaskTable(
        {.destination = destination_, .row_group_bytes = 4096, .pipe_bytes = 1 << 20},
        plan, std::nullopt, [&](WrittenTable written) { written_ = std::move(written); },
        {});
    int64_t next = 0;
    for (const std::string& partition : partitions) {
      arrow::Int64Builder numbers;
      for (int i = 0; i < 1000; ++i) EXPECT_OK(numbers.Append(next++));
      const auto batch =
          arrow::RecordBatch::Make(table.schema, 1000, {numbers.Finish().ValueOrDie()});
      EXPECT_OK(writer->Write(batch, partition));
    }
    return writer->Finish().ValueOrDie();
  }

  /// All numbers, file by file.
  std::vector<int64_t> Read() {
    std::vector<int64_t> all;
    for (const DataFile& file : written_.extraction.files) {
      auto stored = store_->OpenRead(Lake::KeyOf("numbers", file.key)).ValueOrDie();
      const auto reader =
          ParquetReader::Open(std::move(stored), file.key, nullptr).ValueOrDie();
      while (const auto batch = reader->Next({}).ValueOrDie()) {
        const auto& column =
            static_cast<const arrow::Int64Array&>(*batch->rows->column(0));
        for (int64_t i = 0; i < column.length(); ++i) all.push_back(column.Value(i));
      }
    }
    return all;
  }

  const std::shared_ptr<MemoryStore> store_ = std::make_shared<MemoryStore>();
  const Destination destination_{.store = store_,
                                 .run_id = MakeRunId(std::chrono::system_clock::now())};
  WrittenTable written_;
};

TEST_F(TaskTableFilesTest, LargeTablesAreSeveralFilesInTheOrderOfTheirRows) {
  EXPECT_EQ(Write(Numbers(), {}, std::vector<std::string>(5)).size(), 5U);
  std::vector<int64_t> expected(5000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(Read(), expected);
  EXPECT_THAT(written_.extraction.files[4].key, EndsWith("part-00004.parquet"));
}

TEST_F(TaskTableFilesTest, PartitionsAreCutOneByOne) {
  TaskTable table = Numbers();
  table.partition_column = "dt";
  const auto files =
      Write(table, {}, {"2024-01-01", "2024-01-02", "2024-01-01", "2024-01-01"});
  EXPECT_THAT(files, ElementsAre(Field(&TaskFile::partition, "2024-01-01"),
                                 Field(&TaskFile::partition, "2024-01-02"),
                                 Field(&TaskFile::partition, "2024-01-01"),
                                 Field(&TaskFile::partition, "2024-01-01")));
  EXPECT_EQ(Read().size(), 4000U);
}

TEST_F(TaskTableFilesTest, ATableOfTheStableLayoutIsOneFile) {
  EXPECT_EQ(
      Write(Numbers(), {.is_single_file = true}, std::vector<std::string>(5)).size(), 1U);
  EXPECT_EQ(Read().size(), 5000U);
}

TEST(TaskTableTest, RefusesNamesThatNoTableOfTheLakeCanHave) {
  for (const char* name : {"all", "a/b", "_hidden", ""}) {
    TaskTable table = Numbers();
    table.name = name;
    const auto plan = PlanTaskTable("count", table, {}, {});
    EXPECT_THAT(plan, HasKind(ErrorKind::kConfiguration)) << name;
    EXPECT_THAT(HintOf(plan.status()), Not(HasSubstr("as:"))) << name;
  }
}

}  // namespace
}  // namespace carmilla
