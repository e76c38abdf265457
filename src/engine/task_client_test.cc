#include "engine/task_client.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <latch>
#include <map>
#include <thread>

#include <arrow/api.h>
#include <arrow/extension/uuid.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "engine/task_server.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using testing::ElementsAre;
using testing::Not;
using testing::Pair;

/// A batch of `rows` numbers that begin with `first`, and a text of 100 bytes each.
std::shared_ptr<arrow::RecordBatch> Numbers(int64_t first, int64_t rows) {
  arrow::Int64Builder ids;
  arrow::StringBuilder texts;
  for (int64_t i = 0; i < rows; ++i) {
    EXPECT_OK(ids.Append(first + i));
    EXPECT_OK(texts.Append(std::string(100, static_cast<char>('a' + i % 26))));
  }
  return arrow::RecordBatch::Make(arrow::schema({arrow::field("id", arrow::int64()),
                                                 arrow::field("text", arrow::utf8())}),
                                  rows, {*ids.Finish(), *texts.Finish()});
}

/// Gives `last` batches, then ends as it is told.
class FakeSource final : public BatchSource {
 public:
  FakeSource(std::shared_ptr<arrow::RecordBatch> batch, int last, arrow::Status end)
      : batch_(std::move(batch)), last_(last), end_(std::move(end)) {}

  const std::shared_ptr<arrow::Schema>& schema() const override {
    return batch_->schema();
  }
  arrow::Result<std::optional<SourceBatch>> Next(std::stop_token) override {
    if (given_ < last_) return SourceBatch{.rows = batch_, .range = given_++};
    ARROW_RETURN_NOT_OK(end_);
    return std::nullopt;
  }

 private:
  const std::shared_ptr<arrow::RecordBatch> batch_;
  const int last_;
  const arrow::Status end_;
  int given_ = 0;
};

/// What was written into one table.
struct FakeTable {
  TaskTable asked;
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  std::vector<std::string> partitions;
  std::map<std::string, int64_t> nulls;
  bool is_finished = false;
};

class FakeWriter final : public TaskWriter {
 public:
  FakeWriter(FakeTable* table, arrow::Status status)
      : table_(table), status_(std::move(status)) {}

  arrow::Status Write(const std::shared_ptr<arrow::RecordBatch>& rows,
                      const std::string& partition) override {
    table_->batches.push_back(rows);
    table_->partitions.push_back(partition);
    return status_;
  }
  void CountNull(const std::string& column, int64_t count) override {
    table_->nulls[column] += count;
  }
  arrow::Result<std::vector<TaskFile>> Finish() override {
    table_->is_finished = true;
    return std::vector<TaskFile>{{.partition = "x", .rows = 7, .bytes = 70}};
  }

 private:
  FakeTable* const table_;
  const arrow::Status status_;
};

class FakeServices final : public TaskServices {
 public:
  arrow::Result<std::unique_ptr<BatchSource>> Read(const TaskRead& read) override {
    reads.push_back(read);
    if (read.query == "stale") {
      return MakeError(ErrorKind::kStaleHeader, "reading: a column is gone", "generate");
    }
    return std::make_unique<FakeSource>(batch, num_batches, source_end);
  }
  arrow::Result<std::unique_ptr<TaskWriter>> Write(const TaskTable& table) override {
    tables[table.name].asked = table;
    return std::make_unique<FakeWriter>(&tables[table.name], write_status);
  }
  arrow::Status Reserve(int64_t bytes) override {
    if (bytes <= 1000) return arrow::Status::OK();
    return MakeError(ErrorKind::kOutOfMemory, "keeping rows: no", "stream them");
  }
  std::stop_token stop() const override { return {}; }
  int64_t limit() const override { return -1; }
  int threads() const override { return 1; }

  std::shared_ptr<arrow::RecordBatch> batch = Numbers(0, 10);
  int num_batches = 3;
  arrow::Status source_end;
  arrow::Status write_status;
  std::vector<TaskRead> reads;
  std::map<std::string, FakeTable> tables;
};

/// A client and a server, as they are in two processes.
class TaskClientTest : public testing::Test {
 protected:
  TaskClientTest() {
    std::array<int, 2> sockets{};
    std::array<int, 2> pipe{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()), 0);
    EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
    ours_.emplace(FileDescriptor(sockets[0]));
    theirs_.emplace(FileDescriptor(sockets[1]));
    stop_ = FileDescriptor(pipe[1]);
    client_.emplace(&*theirs_, FileDescriptor(pipe[0]),
                    TaskOrder{.task = "one", .limit = 5, .threads = 3});
  }

  /// Runs `body` as a task and returns what the server says of its end.
  arrow::Result<std::optional<arrow::Status>> Serve(
      const std::function<arrow::Status(TaskServices&)>& body) {
    std::jthread task([&] { EXPECT_OK(client_->End(body(*client_))); });
    return ServeTask(*ours_, services_);
  }

  arrow::Status RunTask(const std::function<arrow::Status(TaskServices&)>& body) {
    const auto end = Serve(body);
    EXPECT_OK(end.status());
    return end.ok() && end->has_value() ? **end : arrow::Status::Invalid("no end");
  }

  /// Sends what a task sends to write a table `t`, by hand.
  void AskToWrite(const std::shared_ptr<arrow::Schema>& schema) {
    EXPECT_OK(theirs_->Send({{"what", "write"},
                             {"ticket", 1},
                             {"id", 1},
                             {"table", PackTable({.name = "t", .schema = schema})}},
                            schema.get()));
  }

  FakeServices services_;
  std::optional<TaskChannel> ours_;
  std::optional<TaskChannel> theirs_;
  FileDescriptor stop_;
  std::optional<TaskClient> client_;
};

TEST_F(TaskClientTest, GivesAllBatchesOfASource) {
  const auto status = RunTask([&](TaskServices& services) -> arrow::Status {
    EXPECT_EQ(services.limit(), 5);
    EXPECT_EQ(services.threads(), 3);
    ARROW_ASSIGN_OR_RAISE(const auto source, services.Read({}));
    EXPECT_TRUE(source->schema()->Equals(*services_.batch->schema()));
    for (int32_t range = 0; range < 3; ++range) {
      ARROW_ASSIGN_OR_RAISE(const auto batch, source->Next({}));
      EXPECT_TRUE(batch.has_value() && batch->range == range);
      EXPECT_TRUE(batch->rows->Equals(*services_.batch));
    }
    for (int again = 0; again < 2; ++again) {
      ARROW_ASSIGN_OR_RAISE(const auto end, source->Next({}));
      EXPECT_FALSE(end.has_value());
    }
    return arrow::Status::OK();
  });
  EXPECT_OK(status);
}

TEST_F(TaskClientTest, AsksForTheVeryRowsOfTheTask) {
  const TaskRead read{.kind = TaskReadKind::kLake,
                      .relation = {"s", "t"},
                      .query = "SELECT 1",
                      .table = "of_the_lake",
                      .columns = {{.name = "a",
                                   .type = "text",
                                   .is_nullable = false,
                                   .declared = "int8",
                                   .arrow_type = "string"}},
                      .where = "a = E'\xff\xfe' AND b",  // Not UTF-8: for the server.
                      .limit = 12};
  EXPECT_OK(
      RunTask([&](TaskServices& services) { return services.Read(read).status(); }));
  ASSERT_EQ(services_.reads.size(), 1U);
  const TaskRead& asked = services_.reads.front();
  EXPECT_EQ(asked.kind, read.kind);
  EXPECT_EQ(asked.relation, read.relation);
  EXPECT_EQ(asked.table, read.table);
  EXPECT_EQ(asked.query, read.query);
  EXPECT_EQ(asked.where, read.where);
  EXPECT_EQ(asked.limit, read.limit);
  ASSERT_EQ(asked.columns.size(), 1U);
  EXPECT_EQ(asked.columns[0].name, "a");
  EXPECT_EQ(asked.columns[0].type, "text");
  EXPECT_FALSE(asked.columns[0].is_nullable);
  EXPECT_EQ(asked.columns[0].declared, "int8");
  EXPECT_EQ(asked.columns[0].arrow_type, "string");
}

TEST_F(TaskClientTest, WritesTheVeryRowsOfTheTask) {
  const auto first = Numbers(5, 20);
  const auto sliced = Numbers(0, 30)->Slice(7, 9);
  EXPECT_OK(RunTask([&](TaskServices& services) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto writer,
                          services.Write({.name = "t",
                                          .schema = first->schema(),
                                          .partition_column = "dt",
                                          .compression = Compression::kGzip}));
    ARROW_RETURN_NOT_OK(writer->Write(first, "2024-01-01"));
    ARROW_RETURN_NOT_OK(writer->Write(sliced, "2024-01-02"));
    for (int i = 0; i < 3; ++i) writer->CountNull("id", 1);
    writer->CountNull("text", 1LL << 40);
    ARROW_ASSIGN_OR_RAISE(const auto files, writer->Finish());
    EXPECT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].partition, "x");
    EXPECT_EQ(files[0].rows, 7);
    EXPECT_EQ(files[0].bytes, 70);
    return arrow::Status::OK();
  }));
  const FakeTable& table = services_.tables.at("t");
  EXPECT_EQ(table.asked.partition_column, "dt");
  EXPECT_EQ(table.asked.compression, Compression::kGzip);
  EXPECT_TRUE(table.asked.schema->Equals(*first->schema()));
  ASSERT_EQ(table.batches.size(), 2U);
  EXPECT_TRUE(table.batches[0]->Equals(*first));
  EXPECT_TRUE(table.batches[1]->Equals(*sliced));
  EXPECT_THAT(table.partitions, ElementsAre("2024-01-01", "2024-01-02"));
  EXPECT_THAT(table.nulls, ElementsAre(Pair("id", 3), Pair("text", 1LL << 40)));
  EXPECT_TRUE(table.is_finished);
}

TEST_F(TaskClientTest, KeepsEveryTypeOfColumn) {
  const std::vector<std::shared_ptr<arrow::DataType>> types = {
      arrow::boolean(),
      arrow::int16(),
      arrow::int32(),
      arrow::float32(),
      arrow::float64(),
      arrow::decimal32(9, 2),
      arrow::decimal64(18, 4),
      arrow::decimal128(38, 6),
      arrow::date32(),
      arrow::time64(arrow::TimeUnit::MICRO),
      arrow::timestamp(arrow::TimeUnit::MICRO),
      arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
      arrow::binary(),
      arrow::fixed_size_binary(16),
      arrow::extension::uuid(),
      arrow::list(arrow::int64()),
      arrow::struct_({arrow::field("a", arrow::utf8()),
                      arrow::field("b", arrow::list(arrow::decimal64(12, 2)))})};
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  for (const auto& type : types) {
    const auto metadata = arrow::key_value_metadata({"kind"}, {type->ToString()});
    fields.push_back(arrow::field(type->ToString(), type, true, metadata));
    columns.push_back(*arrow::MakeArrayOfNull(type, 4));
  }
  services_.batch = arrow::RecordBatch::Make(arrow::schema(fields), 4, columns);
  EXPECT_OK(RunTask([&](TaskServices& services) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto source, services.Read({}));
    EXPECT_TRUE(source->schema()->Equals(*services_.batch->schema(), true))
        << source->schema()->ToString(true);
    ARROW_ASSIGN_OR_RAISE(const auto batch, source->Next({}));
    EXPECT_TRUE(batch->rows->Equals(*services_.batch));
    ARROW_ASSIGN_OR_RAISE(const auto writer,
                          services.Write({.name = "t", .schema = batch->rows->schema()}));
    return writer->Write(batch->rows, "");
  }));
  EXPECT_TRUE(services_.tables.at("t").batches.at(0)->Equals(*services_.batch));
}

// Both sides send at once more than a socket holds: nobody may wait for the other.
TEST_F(TaskClientTest, ManySourcesAndTablesAreOpenAtOnceFromManyThreads) {
  constexpr int kThreads = 4;
  services_.batch = Numbers(0, 30'000);  // 3 MB
  services_.num_batches = 10;
  EXPECT_OK(RunTask([&](TaskServices& services) -> arrow::Status {
    std::vector<std::unique_ptr<BatchSource>> sources;
    std::vector<std::unique_ptr<TaskWriter>> writers;
    for (int i = 0; i < kThreads; ++i) {
      ARROW_ASSIGN_OR_RAISE(auto source, services.Read({}));
      ARROW_ASSIGN_OR_RAISE(auto writer, services.Write({.name = std::to_string(i),
                                                         .schema = source->schema()}));
      sources.push_back(std::move(source));
      writers.push_back(std::move(writer));
    }
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        for (;;) {
          const auto batch = sources[i]->Next({});
          EXPECT_OK(batch.status());
          if (!batch.ok() || !batch->has_value()) break;
          EXPECT_OK(writers[i]->Write((*batch)->rows, ""));
        }
        EXPECT_OK(writers[i]->Finish().status());
      });
    }
    threads.clear();
    return arrow::Status::OK();
  }));
  for (const auto& [name, table] : services_.tables) {
    ASSERT_EQ(table.batches.size(), 10U) << name;
    for (const auto& batch : table.batches) {
      EXPECT_TRUE(batch->Equals(*services_.batch)) << name;
    }
  }
}

TEST_F(TaskClientTest, KeepsKindMessageAndHintOfWhatFails) {
  services_.source_end = MakeError(ErrorKind::kRelationChanged, "reading: altered");
  services_.write_status = MakeError(ErrorKind::kDiskFull, "writing: no room", "free it");
  const arrow::Status status = RunTask([&](TaskServices& services) -> arrow::Status {
    const auto stale = services.Read({.relation = {}, .query = "stale"});
    EXPECT_THAT(stale, HasKind(ErrorKind::kStaleHeader));
    EXPECT_THAT(stale, StatusMessageHas("a column is gone"));
    EXPECT_EQ(HintOf(stale.status()), "generate");
    EXPECT_THAT(services.Reserve(1001), HasKind(ErrorKind::kOutOfMemory));
    EXPECT_OK(services.Reserve(1000));
    ARROW_ASSIGN_OR_RAISE(const auto source, services.Read({}));
    for (int i = 0; i < 3; ++i) EXPECT_OK(source->Next({}).status());
    for (int i = 0; i < 2; ++i) {
      EXPECT_THAT(source->Next({}), HasKind(ErrorKind::kRelationChanged));
    }
    ARROW_ASSIGN_OR_RAISE(const auto writer,
                          services.Write({.name = "t", .schema = source->schema()}));
    EXPECT_OK(writer->Write(services_.batch, ""));  // The next call tells.
    return writer->Finish().status();
  });
  EXPECT_THAT(status, HasKind(ErrorKind::kDiskFull));
  EXPECT_EQ(HintOf(status), "free it");
  EXPECT_TRUE(client_->was_refused_memory());
}

// The run's own want of memory is not the limit of the process.
TEST_F(TaskClientTest, KnowsThatItIsTheRunThatHasNoMemory) {
  services_.source_end = MakeError(ErrorKind::kOutOfMemory, "reading: no room", "cure");
  services_.num_batches = 0;
  const arrow::Status status = RunTask([&](TaskServices& services) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto source, services.Read({}));
    EXPECT_FALSE(client_->was_refused_memory());
    return source->Next({}).status();
  });
  EXPECT_THAT(status, HasKind(ErrorKind::kOutOfMemory));
  EXPECT_EQ(HintOf(status), "cure");
  EXPECT_TRUE(client_->was_refused_memory());
}

TEST_F(TaskClientTest, KeepsTheLinesOfAnErrorAndNoOthers) {
  const std::vector<std::string> lines = {"first", "second"};
  for (const arrow::Status& error :
       {MakeErrorList(ErrorKind::kStaleHeader, lines, "generate"),
        MakeError(ErrorKind::kStaleHeader, "reading: no column a\nb", "generate")}) {
    arrow::Status unpacked;
    ASSERT_OK(UnpackStatus(PackStatus(error), &unpacked));
    EXPECT_EQ(RenderError(unpacked), RenderError(error));
  }
}

TEST_F(TaskClientTest, ATableThatIsNotFinishedIsClosed) {
  EXPECT_OK(RunTask([&](TaskServices& services) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(
        const auto writer,
        services.Write({.name = "t", .schema = services_.batch->schema()}));
    return writer->Write(services_.batch, "");
  }));
  EXPECT_FALSE(services_.tables.at("t").is_finished);
}

TEST_F(TaskClientTest, IsStoppedWhenTheRunClosesThePipe) {
  std::latch stopped(1);
  const std::stop_callback on_stop(client_->stop(), [&] { stopped.count_down(); });
  EXPECT_FALSE(client_->stop().stop_requested());
  stop_.Close();
  stopped.wait();
}

TEST_F(TaskClientTest, WhoWaitsIsToldWhenTheRunHasEnded) {
  std::latch stopped(1);
  const std::stop_callback on_stop(client_->stop(), [&] { stopped.count_down(); });
  std::jthread task([&] {
    EXPECT_THAT(client_->Read({}), HasKind(ErrorKind::kInterrupted));
    stopped.wait();
    EXPECT_FALSE(client_->Reserve(1).ok());
  });
  EXPECT_TRUE(ours_->Receive().ValueOrDie().has_value());
  ours_->ShutDown();
}

// As when it has no memory for an answer: the run must not wait in the middle of it.
TEST_F(TaskClientTest, WhoCannotTakeAnAnswerCanStillTellHowTheTaskEnds) {
  std::latch stopped(1);
  const std::stop_callback on_stop(client_->stop(), [&] { stopped.count_down(); });
  const std::string noise(1000, '\x37');
  ASSERT_EQ(::write(ours_->descriptor(), noise.data(), noise.size()), 1000);
  stopped.wait();
  EXPECT_THAT(client_->Read({}), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(ours_->Send({{"ticket", 1}}), HasKind(ErrorKind::kConnectionLost));
  ASSERT_OK(client_->End(MakeError(ErrorKind::kTask, "running: failed")));
  ASSERT_OK_AND_ASSIGN(const auto end, ServeTask(*ours_, services_));
  ASSERT_TRUE(end.has_value());
  EXPECT_THAT(*end, HasKind(ErrorKind::kTask));
}

TEST_F(TaskClientTest, ATaskThatEndsWithoutAWordIsNoEnd) {
  client_.reset();
  ASSERT_OK_AND_ASSIGN(const auto end, ServeTask(*ours_, services_));
  EXPECT_FALSE(end.has_value());
}

TEST_F(TaskClientTest, RowsThatPointBesideTheirMemoryAreRefused) {
  const auto offsets = arrow::Buffer::FromVector<int32_t>({0, 5, 1'000'000'000});
  const auto column = arrow::MakeArray(arrow::ArrayData::Make(
      arrow::utf8(), 2, {nullptr, offsets, arrow::Buffer::FromString("abcdefgh")}));
  const auto rows = arrow::RecordBatch::Make(
      arrow::schema({arrow::field("text", arrow::utf8())}), 2, {column});
  std::jthread task([&] {
    AskToWrite(rows->schema());
    EXPECT_OK(
        theirs_->Send({{"what", "rows"}, {"ticket", 2}, {"id", 1}, {"partition", ""}},
                      nullptr, rows.get()));
  });
  const auto end = ServeTask(*ours_, services_);
  EXPECT_THAT(end, HasKind(ErrorKind::kTask));
  EXPECT_THAT(end, StatusMessageHas("sent what is no request"));
  EXPECT_THAT(end, Not(StatusMessageHas("1000000000")));  // Cells may stand there.
  EXPECT_TRUE(services_.tables.at("t").batches.empty());
}

TEST_F(TaskClientTest, TheEndOfTheDayIsATime) {
  const auto type = arrow::time64(arrow::TimeUnit::MICRO);
  arrow::Time64Builder builder(type, arrow::default_memory_pool());
  ASSERT_OK(builder.AppendValues({0, 86'400'000'000}));
  ASSERT_OK_AND_ASSIGN(const auto times, builder.Finish());
  ASSERT_OK_AND_ASSIGN(const auto records, arrow::StructArray::Make({times}, {"at"}));
  const arrow::Int32Array offsets(3, arrow::Buffer::FromVector<int32_t>({0, 1, 2}));
  ASSERT_OK_AND_ASSIGN(const auto lists, arrow::ListArray::FromArrays(offsets, *records));
  const auto rows = arrow::RecordBatch::Make(
      arrow::schema({arrow::field("at", type), arrow::field("more", lists->type())}), 2,
      {times, lists});
  EXPECT_OK(RunTask([&](TaskServices& services) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto writer,
                          services.Write({.name = "t", .schema = rows->schema()}));
    ARROW_RETURN_NOT_OK(writer->Write(rows, ""));
    return writer->Finish().status();
  }));
  EXPECT_TRUE(services_.tables.at("t").batches.at(0)->Equals(*rows));
}

TEST_F(TaskClientTest, ATableIsFinishedOnce) {
  std::jthread task([&] {
    const auto rows = Numbers(0, 1);
    AskToWrite(rows->schema());
    for (int ticket = 2; ticket <= 3; ++ticket) {
      EXPECT_OK(theirs_->Send({{"what", "finish"},
                               {"ticket", ticket},
                               {"id", 1},
                               {"nulls", Json::object()}}));
    }
  });
  EXPECT_THAT(ServeTask(*ours_, services_), HasKind(ErrorKind::kTask));
}

TEST_F(TaskClientTest, NothingBelowZeroIsReserved) {
  std::jthread task([&] {
    EXPECT_OK(theirs_->Send({{"what", "reserve"}, {"ticket", 1}, {"bytes", -1}}));
  });
  EXPECT_THAT(ServeTask(*ours_, services_), HasKind(ErrorKind::kTask));
}

TEST_F(TaskClientTest, WhatIsNoMessageEndsTheTask) {
  const std::string noise(1000, '\x37');
  ASSERT_EQ(::write(theirs_->descriptor(), noise.data(), noise.size()), 1000);
  EXPECT_THAT(ServeTask(*ours_, services_), HasKind(ErrorKind::kTask));
}

}  // namespace
}  // namespace carmilla
