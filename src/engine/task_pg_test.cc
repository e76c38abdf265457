#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "columnar/parquet_reader.h"
#include "core/error.h"
#include "engine/task_fixture.h"
#include "stream/catalog.h"
#include "types/arrow_type_text.h"

namespace carmilla {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Finds tables by reading their folders, as a crawler does; remembers which it was to.
class Crawler final : public Catalog {
 public:
  arrow::Status Prepare() override { return arrow::Status::OK(); }
  arrow::Status Follow(std::string_view /*table*/,
                       const ReadCurrent& /*current*/) override {
    return arrow::Status::OK();
  }
  arrow::Status Settle(const std::vector<std::string>& /*tables*/,
                       const std::vector<std::string>& published,
                       const std::stop_token& /*stop*/) override {
    found = published;
    return arrow::Status::OK();
  }
  std::string SettledBy(const std::vector<std::string>& published) const override {
    return published.empty() ? "" : "a crawler";
  }

  std::vector<std::string> found;
};

TEST_F(TaskPgTest, ReadsTypedColumnsAndPublishesWhatATaskWrites) {
  const RunReport report = Run({CopyTask("copying")});
  ASSERT_EQ(report.tables.size(), 1U);
  const TableOutcome& outcome = report.tables.front();
  EXPECT_OK(outcome.status);
  EXPECT_EQ(outcome.name, "copying_copy");
  EXPECT_EQ(outcome.relation, "task copying");
  EXPECT_EQ(outcome.rows, 5000);
  EXPECT_GT(outcome.wire_bytes, 0);
  const auto manifest = Published("copying_copy");
  ASSERT_TRUE(manifest.has_value());
  EXPECT_EQ(manifest->TotalRows(), 5000);
  EXPECT_EQ(manifest->model.name, "copying");
  EXPECT_EQ(manifest->model.engine, "task");
  EXPECT_THAT(manifest->model.inputs, ElementsAre(std::pair("public.orders", "")));
  EXPECT_EQ(manifest->source.relation, "task copying");
  EXPECT_FALSE(manifest->source.snapshot.empty());
  ASSERT_EQ(manifest->columns.size(), 2U);
  EXPECT_EQ(manifest->columns[1].arrow_type, "decimal64(12,2)");
  EXPECT_EQ(manifest->columns[1].glue_type, "decimal(12,2)");
  EXPECT_EQ(manifest->columns[1].postgres_type, "");
}

TEST_F(TaskPgTest, WritesAsDefaultsSayAndTheLakeReadsItBack) {
  const RunReport report = Run({CopyTask("copying")}, {},
                               "defaults: {compression: gzip, proof: full, layout: "
                               "stable}\n");
  EXPECT_OK(report.tables.front().status);
  const auto manifest = Published("copying_copy");
  ASSERT_TRUE(manifest.has_value());
  EXPECT_EQ(manifest->plan.compression, "gzip");
  ASSERT_EQ(manifest->files.size(), 1U);
  EXPECT_THAT(manifest->files.front().key, HasSubstr("_carmilla/files/"));
}

TEST_F(TaskPgTest, ACrawlerFindsEachTableInOnePlaceAndNoTask) {
  const Task idle{.name = "idle",
                  .body = [](TaskServices&) { return arrow::Status::OK(); }};
  RunRequest request = RequestFor({CopyTask("copying"), idle});
  const auto crawler = std::make_shared<Crawler>();
  request.destination.catalog = crawler;
  ASSERT_OK_AND_ASSIGN(const RunReport report, ExecuteRun(request, listener_, {}));
  EXPECT_EQ(report.ExitCode(), 0);
  EXPECT_THAT(crawler->found, ElementsAre("copying_copy"));
  EXPECT_THAT(Published("copying_copy")->files.front().key,
              HasSubstr("_carmilla/files/"));
}

TEST_F(TaskPgTest, WritesTheVeryRowsThatItIsGiven) {
  ASSERT_EQ(Run({CopyTask("copying")}).ExitCode(), 0);
  const Manifest manifest = *Published("copying_copy");
  ASSERT_EQ(manifest.files.size(), 1U);
  const auto store = OpenLakeStore(RequestFor({}).configuration.lake).ValueOrDie();
  auto file = store->OpenRead(Lake::KeyOf("copying_copy", manifest.files[0].key));
  ASSERT_OK_AND_ASSIGN(const auto schema, SchemaOf(manifest));
  ASSERT_OK_AND_ASSIGN(const auto reader,
                       ParquetReader::Open(*std::move(file), "a file", schema));
  int64_t sum = 0;
  for (;;) {
    ASSERT_OK_AND_ASSIGN(const auto batch, reader->Next({}));
    if (!batch) break;
    const auto& ids = static_cast<const arrow::Int64Array&>(*batch->rows->column(0));
    for (int64_t row = 0; row < ids.length(); ++row) sum += ids.Value(row);
  }
  EXPECT_EQ(sum, 5000LL * 5001 / 2);
}

TEST_F(TaskPgTest, RunsTasksUnderTheSnapshotOfTheTables) {
  const Task task{.name = "late", .body = [&](TaskServices& services) {
                    database_.Exec("INSERT INTO orders VALUES (5001, 1, 'new')");
                    return Copy(services, Orders(), "late_copy");
                  }};
  const RunReport report = Run({task}, {}, "tables: [public.orders]\nconsistency: run\n");
  EXPECT_EQ(OutcomeOf(report, "orders").rows, 5000);
  EXPECT_EQ(OutcomeOf(report, "late_copy").rows, 5000);
  EXPECT_EQ(Published("orders")->source.snapshot,
            Published("late_copy")->source.snapshot);
}

TEST_F(TaskPgTest, GivesEachTaskASnapshotOfItsOwnWithTableConsistency) {
  const std::vector<Task> tasks = {
      {.name = "first",
       .body =
           [&](TaskServices& services) {
             ARROW_RETURN_NOT_OK(Copy(services, Orders(), "first_copy"));
             database_.Exec("INSERT INTO orders VALUES (5001, 1, 'new')");
             return arrow::Status::OK();
           }},
      CopyTask("second", {"first"})};
  const RunReport report = Run(tasks, {}, "consistency: table\n");
  EXPECT_EQ(OutcomeOf(report, "first_copy").rows, 5000);
  EXPECT_EQ(OutcomeOf(report, "second_copy").rows, 5001);
}

TEST_F(TaskPgTest, ReadsTwoSourcesAtOnce) {
  const auto body = [](TaskServices& services) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto orders, services.Read(Orders()));
    ARROW_ASSIGN_OR_RAISE(const auto users, services.Read(Users()));
    ARROW_ASSIGN_OR_RAISE(const auto user, users->Next(services.stop()));
    ARROW_ASSIGN_OR_RAISE(const auto order, orders->Next(services.stop()));
    if (!user || !order || user->rows->num_rows() != 10) {
      return arrow::Status::Invalid("rows are missing");
    }
    return arrow::Status::OK();
  };
  EXPECT_OK(RunOne(body));
}

TEST_F(TaskPgTest, ReadsWhatAConditionLeavesAndAQueryGives) {
  const auto count = [](TaskServices& services, const TaskRead& read) -> int64_t {
    const auto source = services.Read(read).ValueOrDie();
    int64_t rows = 0;
    while (const auto batch = source->Next(services.stop()).ValueOrDie()) {
      rows += batch->rows->num_rows();
    }
    return rows;
  };
  const auto body = [&](TaskServices& services) {
    TaskRead some = Orders();
    some.where = "id <= 7 -- a comment";
    EXPECT_EQ(count(services, some), 7);
    some.limit = 3;
    EXPECT_EQ(count(services, some), 3);
    const TaskRead query{
        .kind = TaskReadKind::kQuery,
        .query = "SELECT note, count(*) AS n FROM public.orders GROUP BY 1",
        .columns = {{.name = "n", .type = "bigint", .is_nullable = false}}};
    EXPECT_EQ(count(services, query), 5000);
    TaskRead ended = query;
    ended.query += ";\n";
    EXPECT_EQ(count(services, ended), 5000);
    return arrow::Status::OK();
  };
  EXPECT_OK(RunOne(body));
}

TEST_F(TaskPgTest, ReadsColumnsAsTheyAreDeclared) {
  const auto body = [](TaskServices& services) -> arrow::Status {
    TaskRead read = Orders();
    read.columns[1].declared = "text";
    ARROW_ASSIGN_OR_RAISE(const auto source, services.Read(read));
    EXPECT_EQ(source->schema()->field(1)->type()->id(), arrow::Type::STRING);
    return arrow::Status::OK();
  };
  EXPECT_OK(RunOne(body));
}

TEST_F(TaskPgTest, NamesEveryColumnInWhichTheStructIsStale) {
  const auto body = [](TaskServices& services) {
    const TaskRead read{
        .relation = {"public", "orders"},
        .columns = {{.name = "id", .type = "integer"},
                    {.name = "note", .type = "text", .is_nullable = false},
                    {.name = "gone", .type = "text"}}};
    return services.Read(read).status();
  };
  const arrow::Status status = RunOne(body);
  EXPECT_THAT(status, HasKind(ErrorKind::kStaleHeader));
  EXPECT_THAT(status, StatusMessageHas("reading public.orders"));
  EXPECT_THAT(status, StatusMessageHas("id is bigint and was integer"));
  EXPECT_THAT(status, StatusMessageHas("note may be NULL"));
  EXPECT_THAT(status, StatusMessageHas("there is no column gone"));
  EXPECT_THAT(status, StatusHintHas("carmilla generate public.orders"));
}

TEST_F(TaskPgTest, NamesEveryColumnThatAMemberCannotHold) {
  const auto member = [](std::string name, std::string declared, std::string type) {
    return TaskColumn{.name = std::move(name),
                      .type = "",
                      .declared = std::move(declared),
                      .arrow_type = std::move(type)};
  };
  const std::string sql =
      "SELECT id, amount, note, sum(amount) OVER () AS total, array[id] AS ids,"
      " now()::time AS clock, amount::float8 AS ratio, orders AS pair FROM public.orders";
  const auto read = [&](TaskServices& services,
                        std::vector<TaskColumn> columns) -> arrow::Status {
    const TaskRead query{.kind = TaskReadKind::kQuery, .query = sql, .columns = columns};
    ARROW_ASSIGN_OR_RAISE(const auto source, services.Read(query));
    for (size_t i = 0; i < columns.size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(const auto type, ParseArrowType(columns[i].arrow_type));
      const auto& field = *source->schema()->field(static_cast<int>(i));
      EXPECT_EQ(field.name(), columns[i].name);
      EXPECT_TRUE(field.type()->Equals(*type)) << field.ToString();
    }
    return arrow::Status::OK();
  };
  const auto body = [&](TaskServices& services) {
    EXPECT_OK(
        read(services,
             {member("amount", "decimal(18,4)", "decimal64(18,4)"),
              member("total", "decimal(38,2)", "decimal128(38,2)"),
              member("ids", "", "list<int64>"), member("clock", "time64", "time64[us]"),
              member("note", "text", "string"), member("ratio", "double", "double"),
              member("pair", "struct",
                     "struct<\"id\": int64, \"amount\": decimal64(12,2), "
                     "\"note\": string>"),
              member("id", "bigint", "int64")}));
    return read(services,
                {member("id", "integer", "int32"),
                 member("amount", "decimal(10,2)", "decimal64(10,2)"),
                 member("note", "bigint", "int64"), member("total", "double", "double"),
                 member("ids", "", "list<int32>"), member("ratio", "text", "string"),
                 member("gone", "text", "string")});
  };
  const arrow::Status status = RunOne(body);
  EXPECT_THAT(status, HasKind(ErrorKind::kStaleHeader));
  for (const char* problem :
       {"reading the query", "id is bigint and its member integer",
        "amount is numeric(12,2) and its member decimal(10,2)",
        "note is text and its member bigint", "total is numeric and its member double",
        "ids is bigint[] and its member list<int32>",
        "ratio is double precision and its member text", "there is no column gone"}) {
    EXPECT_THAT(status, StatusMessageHas(problem));
  }
  EXPECT_THAT(status, StatusHintHas("cast"));
}

TEST_F(TaskPgTest, SuggestsTheNearestRelation) {
  const auto unknown = [](TaskServices& services) {
    return services.Read({.relation = {"public", "order"}, .columns = {{.name = "id"}}})
        .status();
  };
  const arrow::Status status = RunOne(unknown);
  EXPECT_THAT(status, HasKind(ErrorKind::kUnknownRelation));
  EXPECT_THAT(status, StatusHintHas("orders"));
}

TEST_F(TaskPgTest, ATaskThatFailsLeavesTheOthersAndItsOldTable) {
  ASSERT_EQ(Run({CopyTask("a")}).ExitCode(), 0);
  const std::string before = Published("a_copy")->run_id;
  const Task thrower{.name = "a", .body = [](TaskServices& services) -> arrow::Status {
                       ARROW_RETURN_NOT_OK(Copy(services, Orders(), "a_copy"));
                       throw std::runtime_error("no rate for EUR");
                     }};
  const RunReport report = Run({thrower, CopyTask("b"), CopyTask("c", {"a"})});
  EXPECT_THAT(OutcomeOf(report, "a").status, HasKind(ErrorKind::kTask));
  EXPECT_THAT(OutcomeOf(report, "a").status, StatusMessageHas("no rate for EUR"));
  EXPECT_OK(OutcomeOf(report, "b_copy").status);
  EXPECT_THAT(OutcomeOf(report, "c").status, StatusMessageHas("failed: a"));
  EXPECT_EQ(Published("a_copy")->run_id, before);
  EXPECT_EQ(report.ExitCode(), ExitCodeOf(OutcomeOf(report, "a").status));
}

TEST_F(TaskPgTest, ACrashBeforePublishingLeavesTheOldTable) {
  ASSERT_EQ(Run({CopyTask("a")}).ExitCode(), 0);
  const std::string before = Published("a_copy")->run_id;
  const RunRequest request = RequestFor({CopyTask("a")});
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("CARMILLA_FAILPOINT", "lake.manifest_put=kill", /*replace=*/1);
    static_cast<void>(ExecuteRun(request, listener_, {}));
    ::_exit(0);
  }
  int end = 0;
  ASSERT_EQ(::waitpid(child, &end, 0), child);
  ASSERT_TRUE(WIFSIGNALED(end) && WTERMSIG(end) == SIGKILL);
  EXPECT_EQ(Published("a_copy")->run_id, before);
  EXPECT_EQ(Run({CopyTask("a")}).ExitCode(), 0);
  EXPECT_NE(Published("a_copy")->run_id, before);
}

TEST_F(TaskPgTest, ATaskSeesThePublishedTablesOfThoseBeforeIt) {
  const Task second{.name = "b", .after = {"a"}, .body = [&](TaskServices&) {
                      EXPECT_TRUE(Published("a_copy").has_value());
                      return arrow::Status::OK();
                    }};
  const RunReport report = Run({CopyTask("a"), second});
  EXPECT_EQ(report.ExitCode(), 0);
  EXPECT_EQ(OutcomeOf(report, "b").files, 0);
}

TEST_F(TaskPgTest, StopsReadingWhenTheTimeLimitHasPassed) {
  database_.Exec("CREATE VIEW slow AS SELECT 1 AS id FROM pg_sleep(60)");
  const Task task{.name = "slow",
                  .time_limit = std::chrono::seconds(1),
                  .body = [](TaskServices& services) -> arrow::Status {
                    ARROW_ASSIGN_OR_RAISE(
                        const auto source,
                        services.Read({.relation = {"public", "slow"},
                                       .columns = {{.name = "id", .type = "integer"}}}));
                    return source->Next(services.stop()).status();
                  }};
  const RunReport report = Run({task});
  EXPECT_THAT(OutcomeOf(report, "slow").status, HasKind(ErrorKind::kTimeout));
  EXPECT_LT(report.duration, std::chrono::seconds(20));
  EXPECT_EQ(listener_.seen.count("slow"), 1U);
}

TEST_F(TaskPgTest, AStopPublishesNothingMore) {
  std::stop_source stop;
  const Task task{.name = "stopped", .body = [&](TaskServices& services) {
                    const arrow::Status status = Copy(services, Orders(), "stopped_copy");
                    stop.request_stop();
                    return status;
                  }};
  const RunReport report = Run({task}, {}, "", stop.get_token());
  EXPECT_THAT(report.tables.front().status, HasKind(ErrorKind::kInterrupted));
  EXPECT_FALSE(Published("stopped_copy").has_value());
}

TEST_F(TaskPgTest, WritesPartitionsAndTellsTheirFiles) {
  const auto body = [](TaskServices& services) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto source, services.Read(Users()));
    ARROW_ASSIGN_OR_RAISE(const auto writer, services.Write({.name = "days",
                                                             .schema = source->schema(),
                                                             .partition_column = "dt"}));
    ARROW_ASSIGN_OR_RAISE(const auto batch, source->Next(services.stop()));
    ARROW_RETURN_NOT_OK(writer->Write(batch->rows->Slice(0, 4), "2024-05-01"));
    ARROW_RETURN_NOT_OK(writer->Write(batch->rows->Slice(4, 3), "2024-05-02"));
    ARROW_RETURN_NOT_OK(writer->Write(batch->rows->Slice(7), "2024-05-01"));
    ARROW_ASSIGN_OR_RAISE(auto files, writer->Finish());
    EXPECT_EQ(files.size(), 2U);
    std::ranges::sort(files, {}, &TaskFile::partition);
    EXPECT_EQ(files[0].partition, "2024-05-01");
    EXPECT_EQ(files[0].rows, 7);
    EXPECT_EQ(files[1].rows, 3);
    return arrow::Status::OK();
  };
  EXPECT_OK(RunOne(body));
  const auto manifest = Published("days");
  ASSERT_TRUE(manifest.has_value());
  EXPECT_THAT(manifest->partition_columns, ElementsAre("dt"));
  EXPECT_EQ(manifest->TotalRows(), 10);
}

TEST_F(TaskPgTest, RefusesTablesOfOthersBeforeARowIsWritten) {
  ASSERT_EQ(Run({}, {}, "tables: [public.users]\n").ExitCode(), 0);
  const auto writing = [](const std::string& table) {
    return [table](TaskServices& services) { return Copy(services, Orders(), table); };
  };
  arrow::Status status = RunOne(writing("users"));
  EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(status, StatusMessageHas("a table has this name: public.users"));
  ASSERT_OK(RunOne(writing("orders")));
  const RunReport other = Run({{.name = "two", .body = writing("orders")}});
  EXPECT_THAT(other.tables[0].status, StatusMessageHas("a task has this name: task one"));
  const RunReport source = Run({}, {}, "tables: [public.orders]\n");
  EXPECT_THAT(source.tables[0].status, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(source.tables[0].status,
              StatusMessageHas("a task has this name: task one"));
}

TEST_F(TaskPgTest, RefusesNamesOfConfiguredTablesThatTheRunDoesNotRead) {
  const struct {
    const char* table;
    const char* more;
    const char* message;
  } cases[] = {
      {"orders", "tables: [public.orders]\n", "a configured table has this name"},
      {"users", "tables: [public.*]\n", "a configured table has this name"},
      {"people", "tables: [{name: public.users, as: people}]\n",
       "a configured table has this name"},
      {"later", "tables: [public.later]\n", "a configured table has this name"},
      {"all", "", "this name means all tables and tasks"},
  };
  for (const auto& test : cases) {
    const Task task{.name = "one", .body = [&](TaskServices& services) {
                      return Copy(services, Users(), test.table);
                    }};
    const RunReport report = Run({task}, {"one"}, test.more);
    ASSERT_EQ(report.tables.size(), 1U) << test.table;
    const arrow::Status& status = report.tables.front().status;
    EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration)) << test.table;
    EXPECT_THAT(status, StatusMessageHas(test.message)) << test.table;
    EXPECT_FALSE(Published(test.table).has_value()) << test.table;
  }
}

TEST_F(TaskPgTest, TwoTasksCannotWriteOneTable) {
  const auto body = [](TaskServices& services) { return Copy(services, Users(), "x"); };
  const RunReport report =
      Run({{.name = "a", .body = body}, {.name = "b", .after = {"a"}, .body = body}});
  EXPECT_OK(OutcomeOf(report, "x").status);
  EXPECT_THAT(OutcomeOf(report, "b").status, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(OutcomeOf(report, "b").status,
              StatusMessageHas("another task writes it: a"));
}

TEST_F(TaskPgTest, FailsATaskWhoseRelationChangedUnderTheSnapshot) {
  const auto body = [&](TaskServices& services) {
    database_.Exec("TRUNCATE orders");
    return Copy(services, Orders(), "truncated");
  };
  const arrow::Status status = RunOne(body);
  EXPECT_THAT(status, HasKind(ErrorKind::kRelationChanged));
  EXPECT_THAT(status, StatusHintHas("run the task again"));
  EXPECT_FALSE(Published("truncated").has_value());
}

TEST_F(TaskPgTest, ReservesNoMoreMemoryThanTheTaskHas) {
  const auto body = [](TaskServices& services) {
    EXPECT_OK(services.Reserve(1 << 20));
    return services.Reserve(1LL << 40);
  };
  const arrow::Status status = RunOne(body);
  EXPECT_THAT(status, HasKind(ErrorKind::kOutOfMemory));
  EXPECT_THAT(status, StatusHintHas("memory:"));
}

TEST_F(TaskPgTest, RefusesColumnsThatNoTableCanHave) {
  const auto writing = [](arrow::FieldVector fields) {
    return [fields](TaskServices& services) {
      return services.Write({.name = "t", .schema = arrow::schema(fields)}).status();
    };
  };
  EXPECT_THAT(RunOne(writing({arrow::field("a", arrow::uint32())})),
              HasKind(ErrorKind::kUnsupportedType));
  EXPECT_THAT(RunOne(writing({arrow::field("a", arrow::int32()),
                              arrow::field("A", arrow::int32())})),
              HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(RunOne(writing({})), HasKind(ErrorKind::kConfiguration));
}

TEST_F(TaskPgTest, WritesPlainFilesOfAsManyRowsAsWereAskedFor) {
  RunRequest request = RequestFor({CopyTask("taste")});
  const auto to = folder_.path() / "out";
  LakeLocation location = request.configuration.lake;
  location.path = to.string();
  request.destination.store = OpenLakeStore(location).ValueOrDie();
  request.destination.is_lake = false;
  request.options.limit = 12;
  request.options.is_single_file = true;
  ASSERT_OK_AND_ASSIGN(const RunReport report, ExecuteRun(request, listener_, {}));
  EXPECT_OK(report.tables.front().status);
  EXPECT_EQ(report.tables.front().rows, 12);
  EXPECT_TRUE(std::filesystem::exists(to / "taste_copy.parquet"));
  EXPECT_FALSE(Published("taste_copy").has_value());
}

}  // namespace
}  // namespace carmilla
