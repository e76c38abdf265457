#include "engine/extraction.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "engine/task_fixture.h"
#include "testing/lossy_store.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

/// Asks before a file is published.
class AskingWriter : public ObjectWriter {
 public:
  AskingWriter(std::unique_ptr<ObjectWriter> writer, std::function<arrow::Status()> ask)
      : writer_(std::move(writer)), ask_(std::move(ask)) {}

  using arrow::io::OutputStream::Write;
  arrow::Status Write(const void* data, int64_t bytes) override {
    return writer_->Write(data, bytes);
  }
  arrow::Result<int64_t> Tell() const override { return writer_->Tell(); }
  arrow::Status Close() override { return writer_->Close(); }
  arrow::Status Abort() override { return writer_->Abort(); }
  bool closed() const override { return writer_->closed(); }
  uint32_t crc32c() const override { return writer_->crc32c(); }
  arrow::Status Commit() override {
    ARROW_RETURN_NOT_OK(ask_());
    return writer_->Commit();
  }

 private:
  std::unique_ptr<ObjectWriter> writer_;
  std::function<arrow::Status()> ask_;
};

/// Asks before a file is begun or published, whose key it tells.
class AskingStore : public LossyStore {
 public:
  using LossyStore::LossyStore;

  std::function<void(std::string_view)> on_open = [](std::string_view) {};
  std::function<arrow::Status(std::string_view)> on_commit = [](std::string_view) {
    return arrow::Status::OK();
  };

  arrow::Result<std::unique_ptr<ObjectWriter>> OpenWrite(std::string_view key) override {
    on_open(key);
    ARROW_ASSIGN_OR_RAISE(auto writer, LossyStore::OpenWrite(key));
    return std::make_unique<AskingWriter>(
        std::move(writer), [this, key = std::string(key)] { return on_commit(key); });
  }
};

/// Does something between planning and reading.
class PlanListener : public SilentListener {
 public:
  explicit PlanListener(std::function<void()> on_planned)
      : on_planned_(std::move(on_planned)) {}
  void OnPlanned(const RunPlan&) override { on_planned_(); }

 private:
  const std::function<void()> on_planned_;
};

/// Tells when all rows of a table have come.
class RowListener : public SilentListener {
 public:
  RowListener(std::string table, int64_t rows) : table_(std::move(table)), rows_(rows) {}

  void OnProgress(const RunProgressView& progress) override {
    for (const TableProgressView& one : progress.tables) {
      const std::scoped_lock lock(mutex_);
      has_come_ = has_come_ || (one.name == table_ && one.rows == rows_);
      changed_.notify_all();
    }
  }
  /// False if they have not within this time.
  bool Await(std::chrono::milliseconds longest = std::chrono::seconds(30)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, longest, [&] { return has_come_; });
  }

 private:
  const std::string table_;
  const int64_t rows_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool has_come_ = false;
};

class ExtractionPgTest : public TaskPgTest {
 protected:
  /// Of a run with one connection.
  RunRequest Request(const std::string& tables = "public.orders, public.users") {
    RunRequest request = RequestFor({}, {}, "tables: [" + tables + "]\n");
    request.configuration.threads = 1;
    request.options.reads_tables = true;
    store_ = std::make_shared<AskingStore>(request.destination.store);
    request.destination.store = store_;
    return request;
  }

  int64_t RowsOf(const std::string& table) {
    int64_t rows = 0;
    const Manifest manifest = Published(table).value();
    for (const DataFile& file : manifest.files) rows += file.rows;
    return rows;
  }

  std::shared_ptr<AskingStore> store_;
};

bool IsOf(std::string_view key, std::string_view table) {
  return key.starts_with(table) && key.ends_with(".parquet");
}

TEST_F(ExtractionPgTest, ReadsTheNextTableWhileTheFileOfOneIsCompletedAndBeginsNoOther) {
  const RunRequest request = Request();
  RowListener listener("users", 10);
  std::atomic<bool> is_completed = false;
  bool has_come = false;
  bool was_early = false;
  store_->on_commit = [&](std::string_view key) {
    if (!IsOf(key, "orders")) return arrow::Status::OK();
    has_come = listener.Await();
    is_completed = true;
    return arrow::Status::OK();
  };
  store_->on_open = [&](std::string_view key) {
    if (IsOf(key, "users")) was_early = !is_completed;
  };
  ASSERT_OK_AND_ASSIGN(const RunReport report, ExecuteRun(request, listener, {}));
  EXPECT_EQ(report.ExitCode(), 0);
  EXPECT_TRUE(has_come);
  EXPECT_FALSE(was_early);
  EXPECT_EQ(RowsOf("orders"), 5000);
  EXPECT_EQ(RowsOf("users"), 10);
}

TEST_F(ExtractionPgTest, ReadsNothingAheadWhereAWorkerHasLittleMemory) {
  RunRequest request = Request();
  request.configuration.memory_bytes = 72 << 20;
  RowListener listener("users", 10);
  bool was_early = false;
  store_->on_commit = [&](std::string_view key) {
    if (IsOf(key, "orders")) was_early = listener.Await(std::chrono::milliseconds(500));
    return arrow::Status::OK();
  };
  ASSERT_OK_AND_ASSIGN(const RunReport report, ExecuteRun(request, listener, {}));
  EXPECT_EQ(report.ExitCode(), 0);
  EXPECT_FALSE(was_early);
  EXPECT_EQ(RowsOf("orders"), 5000);
  EXPECT_EQ(RowsOf("users"), 10);
}

TEST_F(ExtractionPgTest, ReadsATableAgainWhoseFileWasNotCompletedAndLosesNoOther) {
  const RunRequest request = Request();
  int tries = 0;
  store_->on_commit = [&](std::string_view key) {
    if (!IsOf(key, "orders") || ++tries > 1) return arrow::Status::OK();
    return MakeError(ErrorKind::kUnavailable, "no answer came");
  };
  ASSERT_OK_AND_ASSIGN(const RunReport report, ExecuteRun(request, listener_, {}));
  EXPECT_EQ(report.ExitCode(), 0);
  EXPECT_EQ(tries, 2);
  EXPECT_EQ(RowsOf("orders"), 5000);
  EXPECT_EQ(RowsOf("users"), 10);
}

TEST_F(ExtractionPgTest, FailsOnlyTheTableWhoseFileCannotBeCompleted) {
  const RunRequest request = Request();
  store_->on_commit = [&](std::string_view key) {
    if (!IsOf(key, "orders")) return arrow::Status::OK();
    return MakeError(ErrorKind::kDiskFull, "no room");
  };
  ASSERT_OK_AND_ASSIGN(const RunReport report, ExecuteRun(request, listener_, {}));
  EXPECT_EQ(KindOf(OutcomeOf(report, "orders").status), ErrorKind::kDiskFull);
  EXPECT_THAT(OutcomeOf(report, "orders").status.message(), HasSubstr("no room"));
  EXPECT_FALSE(Published("orders").has_value());
  EXPECT_EQ(RowsOf("users"), 10);
}

TEST_F(ExtractionPgTest, ReadsBothAgainWhereTwoFilesInTurnWereNotCompleted) {
  const RunRequest request = Request();
  std::map<std::string, int, std::less<>> tries;
  store_->on_commit = [&](std::string_view key) {
    const std::string table(key.substr(0, key.find('/')));
    if (!IsOf(key, table) || ++tries[table] > 1) return arrow::Status::OK();
    return MakeError(ErrorKind::kUnavailable, "no answer came");
  };
  ASSERT_OK_AND_ASSIGN(const RunReport report, ExecuteRun(request, listener_, {}));
  EXPECT_EQ(report.ExitCode(), 0);
  EXPECT_THAT(tries, ElementsAre(Pair("orders", 2), Pair("users", 2)));
  EXPECT_EQ(RowsOf("orders"), 5000);
  EXPECT_EQ(RowsOf("users"), 10);
}

TEST_F(ExtractionPgTest, AStopWhileAFileIsCompletedPublishesNothing) {
  const RunRequest request = Request();
  std::stop_source stop;
  store_->on_commit = [&](std::string_view key) {
    if (IsOf(key, "orders")) stop.request_stop();
    return arrow::Status::OK();
  };
  ASSERT_OK_AND_ASSIGN(const RunReport report,
                       ExecuteRun(request, listener_, stop.get_token()));
  EXPECT_NE(report.ExitCode(), 0);
  EXPECT_FALSE(Published("orders").has_value());
  EXPECT_FALSE(Published("users").has_value());
}

TEST_F(ExtractionPgTest, HoldsNoTransactionUpWhileAFileTakesLong) {
  // More than may wait between server and file.
  database_.Exec(
      "CREATE TABLE wide AS SELECT i, repeat(md5(i::text), 100) AS t "
      "FROM generate_series(1, 10000) i");
  const RunRequest request = Request("public.users, public.wide");
  const TestDatabase observer;
  const auto await_copies = [&](const std::string& number) {
    const std::string sql =
        "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' "
        "AND query LIKE 'COPY%wide%' AND datname = '" +
        database_.name() + "'";
    for (int i = 0; i < 600; ++i) {
      if (observer.Query(sql) == number) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  };
  bool was_read = false;
  bool was_left = false;
  store_->on_commit = [&](std::string_view key) {
    if (!IsOf(key, "users")) return arrow::Status::OK();
    was_read = await_copies("1");
    was_left = await_copies("0");
    return arrow::Status::OK();
  };
  ASSERT_OK_AND_ASSIGN(const RunReport report, ExecuteRun(request, listener_, {}));
  EXPECT_EQ(report.ExitCode(), 0);
  EXPECT_TRUE(was_read);
  EXPECT_TRUE(was_left);
  EXPECT_EQ(RowsOf("users"), 10);
  EXPECT_EQ(RowsOf("wide"), 10000);
}

TEST_F(ExtractionPgTest, HoldsNoTransactionThatFailedWhileAFileTakesLong) {
  const RunRequest request = Request();
  PlanListener listener([&] { database_.Exec("TRUNCATE users"); });
  const TestDatabase observer;
  // That of the snapshot is left.
  const auto await_end = [&] {
    for (int i = 0; i < 600; ++i) {
      if (observer.Query("SELECT count(*) FROM pg_stat_activity WHERE datname = '" +
                         database_.name() + "' AND application_name LIKE 'carmilla/%'") ==
          "1") {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  };
  bool has_ended = false;
  store_->on_commit = [&](std::string_view key) {
    if (IsOf(key, "orders")) has_ended = has_ended || await_end();
    return arrow::Status::OK();
  };
  ASSERT_OK_AND_ASSIGN(const RunReport report, ExecuteRun(request, listener, {}));
  EXPECT_TRUE(has_ended);
  EXPECT_EQ(report.ExitCode(), 0);
  EXPECT_EQ(RowsOf("orders"), 5000);
  EXPECT_EQ(RowsOf("users"), 0);
}

TEST_F(ExtractionPgTest, FailsTheTableWhereCompletingItsFileThrows) {
  const RunRequest request = Request();
  store_->on_commit = [&](std::string_view key) -> arrow::Status {
    if (IsOf(key, "orders")) throw std::bad_alloc();
    return arrow::Status::OK();
  };
  ASSERT_OK_AND_ASSIGN(const RunReport report, ExecuteRun(request, listener_, {}));
  EXPECT_EQ(KindOf(OutcomeOf(report, "orders").status), ErrorKind::kOutOfMemory);
  EXPECT_EQ(RowsOf("users"), 10);
}

}  // namespace
}  // namespace carmilla
