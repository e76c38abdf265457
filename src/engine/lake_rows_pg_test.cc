#include <algorithm>
#include <filesystem>
#include <fstream>

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "engine/task_fixture.h"

namespace carmilla {
namespace {

namespace fs = std::filesystem;

TaskColumn Member(std::string name, std::string arrow_type, bool is_nullable = true) {
  return {.name = std::move(name),
          .type = "",
          .is_nullable = is_nullable,
          .declared = "",
          .arrow_type = std::move(arrow_type)};
}

TaskRead TableRead(std::string table, std::vector<TaskColumn> columns) {
  TaskRead read{.kind = TaskReadKind::kLake};
  read.table = std::move(table);
  read.columns = std::move(columns);
  return read;
}

arrow::Result<std::shared_ptr<arrow::Table>> ReadAll(TaskServices& services,
                                                     const TaskRead& read) {
  ARROW_ASSIGN_OR_RAISE(const auto source, services.Read(read));
  arrow::RecordBatchVector batches;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, source->Next(services.stop()));
    if (!batch) return arrow::Table::FromRecordBatches(source->schema(), batches);
    batches.push_back(batch->rows);
  }
}

std::string TextAt(const arrow::Table& table, int column, int64_t row) {
  const auto scalar = table.column(column)->GetScalar(row).ValueOrDie();
  return scalar->is_valid ? scalar->ToString() : "NULL";
}

class LakeRowsPgTest : public TaskPgTest {
 protected:
  /// What a task that only reads gets.
  arrow::Result<std::shared_ptr<arrow::Table>> Read(const TaskRead& read) {
    std::shared_ptr<arrow::Table> table;
    ARROW_RETURN_NOT_OK(RunOne([&](TaskServices& services) -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(table, ReadAll(services, read));
      return arrow::Status::OK();
    }));
    return table;
  }

  /// The only data file of a table.
  fs::path FileOf(const std::string& table) {
    for (const auto& entry :
         fs::recursive_directory_iterator(folder_.path() / "lake" / table)) {
      if (entry.path().extension() == ".parquet") return entry.path();
    }
    throw std::runtime_error("no file of " + table);
  }
};

TEST_F(LakeRowsPgTest, ReadsTheMembersOfAStructInTheirOrderAndTypes) {
  ASSERT_EQ(Run({CopyTask("a")}).ExitCode(), 0);
  const auto rows = Read(TableRead(
      "a_copy", {Member("amount", "decimal128(20,4)"), Member("id", "int64", false)}));
  ASSERT_THAT(rows, IsOk());
  ASSERT_EQ((*rows)->num_rows(), 5000);
  EXPECT_EQ((*rows)->schema()->field_names(), (std::vector<std::string>{"amount", "id"}));
  EXPECT_EQ(TextAt(**rows, 0, 41), "0.4200");
  EXPECT_EQ(TextAt(**rows, 1, 41), "42");
}

TEST_F(LakeRowsPgTest, ReadsTablesOfTheConfigurationInEitherLayout) {
  for (const char* layout : {"versioned", "stable"}) {
    const std::string table =
        "tables: [{name: public.orders, as: " + std::string(layout) +
        "_orders, layout: " + layout + "}]\n";
    ASSERT_EQ(Run({}, {}, table).ExitCode(), 0);
    const auto rows =
        Read(TableRead(std::string(layout) + "_orders",
                       {Member("note", "string"), Member("id", "int64", false)}));
    ASSERT_THAT(rows, IsOk());
    EXPECT_EQ((*rows)->num_rows(), 5000);
    EXPECT_EQ(TextAt(**rows, 0, 4999), "n5000");
  }
}

TEST_F(LakeRowsPgTest, ATaskSeesWhatThoseBeforeItPublishedAndMayReplaceWhatItReads) {
  const Task first{.name = "first", .body = [](TaskServices& services) {
                     TaskRead some = Orders();
                     some.where = "id <= 3";
                     some.columns.pop_back();
                     return Copy(services, some, "ids");
                   }};
  const Task second{
      .name = "second", .after = {"first"}, .body = [](TaskServices& services) {
        return Copy(services, TableRead("ids", {Member("id", "int64", false)}), "more");
      }};
  const auto twice = [](TaskServices& services) {
    return Copy(services, TableRead("more", {Member("id", "int64", false)}), "more");
  };
  ASSERT_EQ(Run({first, second}).ExitCode(), 0);
  EXPECT_EQ(Published("more")->TotalRows(), 3);
  EXPECT_EQ(Published("more")->model.inputs.front().first, "ids");
  const std::string before = Published("more")->run_id;
  ASSERT_EQ(Run({{.name = "second", .body = twice}}).ExitCode(), 0);
  EXPECT_EQ(Published("more")->TotalRows(), 3);
  EXPECT_EQ(Published("more")->previous_run_id, before);
}

TEST_F(LakeRowsPgTest, ATaskDoesNotReplaceAVersionThatIsNewerThanWhatItRead) {
  ASSERT_EQ(Run({CopyTask("a")}).ExitCode(), 0);
  const TaskRead ids = TableRead("a_copy", {Member("id", "int64", false)});
  std::string between;
  const auto rewrite = [&](TaskServices& services) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto read, ReadAll(services, ids));
    // A run that began before this one, and so has no later rows, ends only now.
    auto current = LakeOf().ReadCurrent("a_copy").ValueOrDie();
    between = MakeRunId(std::chrono::system_clock::now());
    current->manifest.previous_run_id = current->manifest.run_id;
    current->manifest.run_id = between;
    ARROW_RETURN_NOT_OK(LakeOf().Publish(current->manifest, current->pointer_version));
    return services.Write({.name = "a_copy", .schema = read->schema()}).status();
  };
  const RunReport report = Run({{.name = "a", .body = rewrite}});
  const arrow::Status& status = report.tables.front().status;
  EXPECT_THAT(status, HasKind(ErrorKind::kConflict));
  EXPECT_THAT(status, StatusMessageHas("writing table a_copy"));
  EXPECT_EQ(Published("a_copy")->run_id, between);
}

TEST_F(LakeRowsPgTest, ThePartitionIsAColumnLikeAnyOther) {
  const auto write = [](TaskServices& services) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto source, services.Read(Users()));
    ARROW_ASSIGN_OR_RAISE(const auto writer, services.Write({.name = "days",
                                                             .schema = source->schema(),
                                                             .partition_column = "dt"}));
    ARROW_ASSIGN_OR_RAISE(const auto batch, source->Next(services.stop()));
    ARROW_RETURN_NOT_OK(writer->Write(batch->rows->Slice(0, 4), "2024-05-01"));
    ARROW_RETURN_NOT_OK(writer->Write(batch->rows->Slice(4), "2024-05-02"));
    return writer->Finish().status();
  };
  ASSERT_OK(RunOne(write));
  const auto rows =
      Read(TableRead("days", {Member("dt", "date32", false), Member("id", "int32")}));
  ASSERT_THAT(rows, IsOk());
  ASSERT_EQ((*rows)->num_rows(), 10);
  EXPECT_EQ(TextAt(**rows, 0, 0), "2024-05-01");
  EXPECT_EQ(TextAt(**rows, 0, 9), "2024-05-02");
  const auto only = Read(TableRead("days", {Member("dt", "string")}));
  ASSERT_THAT(only, IsOk());
  EXPECT_EQ((*only)->num_rows(), 10);
  EXPECT_EQ(TextAt(**only, 0, 3), "2024-05-01");
  const auto number = Read(TableRead("days", {Member("dt", "int64")}));
  EXPECT_THAT(number.status(), StatusMessageHas("dt is the text or date of a partition"));
}

/// A list of groups: two of them, NULL, none.
std::shared_ptr<arrow::RecordBatch> NestedRows() {
  auto* const pool = arrow::default_memory_pool();
  const auto group = arrow::struct_(
      {arrow::field("name", arrow::utf8()), arrow::field("n", arrow::int64())});
  const auto names = std::make_shared<arrow::StringBuilder>();
  const auto numbers = std::make_shared<arrow::Int64Builder>();
  const auto groups = std::make_shared<arrow::StructBuilder>(
      group, pool, std::vector<std::shared_ptr<arrow::ArrayBuilder>>{names, numbers});
  arrow::ListBuilder lists(pool, groups, arrow::list(group));
  EXPECT_OK(lists.Append());
  EXPECT_OK(groups->Append());
  EXPECT_OK(names->Append("a"));
  EXPECT_OK(numbers->Append(1));
  EXPECT_OK(groups->Append());
  EXPECT_OK(names->Append("b"));
  EXPECT_OK(numbers->AppendNull());
  EXPECT_OK(lists.AppendNull());
  EXPECT_OK(lists.Append());
  return arrow::RecordBatch::Make(
      arrow::schema({arrow::field("groups", arrow::list(group))}), 3,
      {lists.Finish().ValueOrDie()});
}

TEST_F(LakeRowsPgTest, ListsAndGroupsComeBackAsTheyWereWritten) {
  const auto written = NestedRows();
  const auto write = [&](TaskServices& services) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto writer, services.Write({.name = "nested",
                                                             .schema = written->schema(),
                                                             .partition_column = ""}));
    ARROW_RETURN_NOT_OK(writer->Write(written, ""));
    return writer->Finish().status();
  };
  ASSERT_OK(RunOne(write));
  const auto rows = Read(TableRead(
      "nested", {Member("groups", "list<struct<\"name\": string, \"n\": int64>>")}));
  ASSERT_THAT(rows, IsOk());
  ASSERT_OK_AND_ASSIGN(const auto batch, (*rows)->CombineChunksToBatch());
  EXPECT_TRUE(batch->Equals(*written)) << batch->ToString();
}

TEST_F(LakeRowsPgTest, ALimitCutsTheRows) {
  ASSERT_EQ(Run({CopyTask("a")}).ExitCode(), 0);
  TaskRead read = TableRead("a_copy", {Member("id", "int64")});
  read.limit = 7;
  const auto rows = Read(read);
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ((*rows)->num_rows(), 7);
}

TEST_F(LakeRowsPgTest, NamesTheNearestTable) {
  ASSERT_EQ(Run({CopyTask("a")}).ExitCode(), 0);
  for (const char* name : {"a_copi", "A_Copy"}) {
    const auto rows = Read(TableRead(name, {Member("id", "int64")}));
    EXPECT_THAT(rows, HasKind(ErrorKind::kUnknownRelation)) << name;
    EXPECT_THAT(rows.status(), StatusHintHas("a_copy")) << name;
  }
}

TEST_F(LakeRowsPgTest, NamesEveryColumnThatTheStructDoesNotHold) {
  database_.Exec("INSERT INTO orders VALUES (0, NULL, NULL)");
  ASSERT_EQ(Run({CopyTask("a")}).ExitCode(), 0);
  const arrow::Status status =
      Read(TableRead("a_copy", {Member("id", "int32"), Member("amuont", "string"),
                                Member("amount", "decimal64(12,2)", false)}))
          .status();
  EXPECT_THAT(status, HasKind(ErrorKind::kStaleHeader));
  EXPECT_THAT(status, StatusMessageHas("reading table a_copy of the lake"));
  EXPECT_THAT(status, StatusMessageHas("id is int64 and its member int32"));
  EXPECT_THAT(status, StatusMessageHas("there is no column amuont (did you mean"));
  EXPECT_THAT(status, StatusMessageHas("amount holds NULL"));
}

TEST_F(LakeRowsPgTest, DamageIsFoundAndNothingOfItIsPublished) {
  ASSERT_EQ(Run({CopyTask("a")}).ExitCode(), 0);
  const TaskRead read = TableRead("a_copy", {Member("id", "int64")});
  const fs::path file = FileOf("a_copy");
  const auto size = static_cast<std::streamoff>(fs::file_size(file));
  fs::permissions(file, fs::perms::owner_all);
  // In the pages of `id`, behind the first header.
  std::fstream(file, std::ios::in | std::ios::out | std::ios::binary)
      .seekp(size / 8)
      .write("damaged!", 8);
  const Task copier{.name = "b", .body = [&](TaskServices& services) {
                      return Copy(services, read, "b_copy");
                    }};
  const RunReport report = Run({copier});
  EXPECT_THAT(report.tables.front().status, HasKind(ErrorKind::kCorruptData));
  EXPECT_FALSE(Published("b_copy").has_value());
  fs::resize_file(file, static_cast<uintmax_t>(size) - 1);
  EXPECT_THAT(Read(read).status(), StatusMessageHas("not as long"));
  fs::remove(file);
  EXPECT_THAT(Read(read), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(Read(read).status(), StatusMessageHas("the file is missing"));
}

TEST_F(LakeRowsPgTest, AnotherFileOfTheSameSizeAndRowsIsFoundByItsValues) {
  database_.Exec(
      "CREATE TABLE left_one AS SELECT 'a' || i AS id FROM generate_series(1, 100) i;"
      "CREATE TABLE the_other AS SELECT 'b' || i AS id FROM generate_series(1, 100) i");
  ASSERT_EQ(Run({}, {}, "tables: [public.left_one, public.the_other]\n").ExitCode(), 0);
  const TaskRead read = TableRead("left_one", {Member("id", "string")});
  ASSERT_THAT(Read(read), IsOk());
  const fs::path damaged = FileOf("left_one");
  ASSERT_EQ(fs::file_size(damaged), fs::file_size(FileOf("the_other")));
  fs::remove(damaged);
  fs::copy_file(FileOf("the_other"), damaged);
  const auto rows = Read(read);
  EXPECT_THAT(rows, HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(rows.status(), StatusMessageHas("not what was written: id"));
}

}  // namespace
}  // namespace carmilla
