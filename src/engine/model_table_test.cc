#include "engine/model_table.h"

#include <gtest/gtest.h>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "columnar/parquet_reader.h"
#include "core/run_id.h"
#include "store/directory_store.h"
#include "testing/matchers.h"
#include "testing/temporary_folder.h"

namespace carmilla {
namespace {

/// Numbers from 0 on, 1,000 in each batch.
class Numbers : public QueryResult {
 public:
  explicit Numbers(int num_batches) : num_batches_(num_batches) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  const std::vector<std::string>& type_names() const override { return type_names_; }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next(
      std::stop_token /*stop*/) override {
    if (num_batches_-- == 0) return nullptr;
    arrow::Int64Builder builder;
    for (int i = 0; i < 1000; ++i) ARROW_RETURN_NOT_OK(builder.Append(next_++));
    ARROW_ASSIGN_OR_RAISE(auto column, builder.Finish());
    return arrow::RecordBatch::Make(schema_, 1000, {std::move(column)});
  }

 private:
  int num_batches_;
  int64_t next_ = 0;
  std::shared_ptr<arrow::Schema> schema_ =
      arrow::schema({arrow::field("number", arrow::int64())});
  std::vector<std::string> type_names_ = {"BIGINT"};
};

class ModelTableTest : public ::testing::Test {
 protected:
  arrow::Result<TableOutcome> Publish(int num_batches, const ModelFileOptions& options) {
    ARROW_ASSIGN_OR_RAISE(
        ModelPublication publication,
        ModelPublication::Begin(lake_, "numbers",
                                MakeRunId(std::chrono::system_clock::now())));
    Numbers rows(num_batches);
    return publication.Publish({.name = "numbers", .file = "models/numbers.sql"}, rows,
                               options, {});
  }

  /// All numbers of the table, file by file; each file must begin where the last ended.
  arrow::Result<int64_t> CountNumbersInOrder() {
    ARROW_ASSIGN_OR_RAISE(const auto current, Lake(lake_.store).ReadCurrent("numbers"));
    int64_t count = 0;
    for (const DataFile& file : current->manifest.files) {
      ARROW_ASSIGN_OR_RAISE(auto stored,
                            lake_.store->OpenRead(Lake::KeyOf("numbers", file.key)));
      ARROW_ASSIGN_OR_RAISE(const auto reader,
                            ParquetReader::Open(std::move(stored), file.key, nullptr));
      for (;;) {
        ARROW_ASSIGN_OR_RAISE(const auto batch, reader->Next({}));
        if (!batch) break;
        const auto& column =
            static_cast<const arrow::Int64Array&>(*batch->rows->column(0));
        for (int64_t i = 0; i < column.length(); ++i) {
          if (column.Value(i) != count++) return arrow::Status::Invalid("out of order");
        }
      }
    }
    return count;
  }

  TemporaryFolder folder_;
  const OpenedLake lake_{.store = OpenDirectoryStore(folder_.path())};
};

TEST_F(ModelTableTest, LargeTablesAreSeveralFilesInTheOrderOfTheirRows) {
  ASSERT_OK_AND_ASSIGN(const TableOutcome outcome,
                       Publish(40, {.row_group_bytes = 4096, .file_bytes = 1}));
  EXPECT_EQ(outcome.rows, 40000);
  EXPECT_EQ(outcome.files, 40);
  EXPECT_THAT(CountNumbersInOrder(), IsOkAndHolds(40000));
}

TEST_F(ModelTableTest, ATableWithoutRowsIsOneFile) {
  ASSERT_OK_AND_ASSIGN(const TableOutcome outcome, Publish(0, {}));
  EXPECT_EQ(outcome.rows, 0);
  EXPECT_EQ(outcome.files, 1);
  EXPECT_THAT(CountNumbersInOrder(), IsOkAndHolds(0));
}

}  // namespace
}  // namespace carmilla
