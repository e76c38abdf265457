#include "engine/batch_pipe.h"

#include <atomic>
#include <latch>
#include <new>
#include <vector>

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

constexpr int64_t kBatchRows = 1000;
constexpr int64_t kBatchBytes = 8 * kBatchRows;

SourceBatch Batch(int32_t range) {
  std::shared_ptr<arrow::Buffer> values = arrow::AllocateBuffer(kBatchBytes).ValueOrDie();
  const auto column = arrow::MakeArray(
      arrow::ArrayData::Make(arrow::int64(), kBatchRows, {nullptr, values}, 0));
  return {.rows = arrow::RecordBatch::Make(
              arrow::schema({arrow::field("id", arrow::int64())}), kBatchRows, {column}),
          .range = range};
}

TEST(BatchPipeTest, WritesEverythingInOrderBeforeFinishReturns) {
  std::vector<int32_t> written;
  BatchPipe pipe(
      [&](const SourceBatch& batch) {
        written.push_back(batch.range);
        return arrow::Status::OK();
      },
      3 * kBatchBytes, {});
  std::vector<int32_t> expected;
  for (int32_t range = 0; range < 500; ++range) {
    ASSERT_OK(pipe.Push(Batch(range)));
    expected.push_back(range);
  }
  ASSERT_OK(pipe.Finish());
  EXPECT_EQ(written, expected);
}

TEST(BatchPipeTest, HoldsNoMoreThanItMay) {
  std::atomic<int> pushed = 0;
  std::atomic<int> written = 0;
  std::atomic<int> most_held = 0;
  BatchPipe pipe(
      [&](const SourceBatch&) {
        most_held = std::max<int>(most_held, pushed - written);
        ++written;
        return arrow::Status::OK();
      },
      3 * kBatchBytes, {});
  for (int32_t range = 0; range < 500; ++range) {
    ASSERT_OK(pipe.Push(Batch(range)));
    ++pushed;
    ASSERT_LE(pushed - written, 3);
  }
  ASSERT_OK(pipe.Finish());
  EXPECT_LE(most_held, 3);
}

TEST(BatchPipeTest, ReturnsFromABatchThatIsTooLargeWhenItIsWritten) {
  int written = 0;
  BatchPipe pipe(
      [&](const SourceBatch&) {
        ++written;
        return arrow::Status::OK();
      },
      kBatchBytes / 2, {});
  for (int32_t range = 0; range < 20; ++range) {
    ASSERT_OK(pipe.Push(Batch(range)));
    ASSERT_EQ(written, range + 1);
  }
  ASSERT_OK(pipe.Finish());
}

TEST(BatchPipeTest, DrainsWhenEverythingPushedIsWritten) {
  int written = 0;
  BatchPipe pipe(
      [&](const SourceBatch&) {
        ++written;
        return arrow::Status::OK();
      },
      5 * kBatchBytes, {});
  ASSERT_OK(pipe.Drain());
  for (int32_t range = 0; range < 20; ++range) {
    ASSERT_OK(pipe.Push(Batch(range)));
    ASSERT_OK(pipe.Push(Batch(range)));
    ASSERT_OK(pipe.Drain());
    ASSERT_EQ(written, 2 * range + 2);
  }
  ASSERT_OK(pipe.Finish());
}

TEST(BatchPipeTest, GivesTheFirstErrorBackAndWritesNothingBehindIt) {
  int calls = 0;
  BatchPipe pipe(
      [&](const SourceBatch&) {
        ++calls;
        return MakeError(ErrorKind::kDiskFull, "no room");
      },
      2 * kBatchBytes, {});
  arrow::Status status;
  for (int i = 0; i < 10 && status.ok(); ++i) status = pipe.Push(Batch(0));
  EXPECT_EQ(KindOf(status), ErrorKind::kDiskFull);
  EXPECT_EQ(KindOf(pipe.Finish()), ErrorKind::kDiskFull);
  EXPECT_EQ(calls, 1);
}

TEST(BatchPipeTest, ThrowsWhatWasThrown) {
  BatchPipe pipe([](const SourceBatch&) -> arrow::Status { throw std::bad_alloc(); },
                 2 * kBatchBytes, {});
  ASSERT_OK(pipe.Push(Batch(0)));
  EXPECT_THROW((void)pipe.Finish(), std::bad_alloc);
}

TEST(BatchPipeTest, StopsWaitingWhenStopped) {
  std::stop_source stop;
  std::latch entered(1);
  std::latch released(1);
  BatchPipe pipe(
      [&](const SourceBatch&) {
        entered.count_down();
        released.wait();
        return arrow::Status::OK();
      },
      kBatchBytes, stop.get_token());
  ASSERT_OK(pipe.Push(Batch(0)));
  entered.wait();
  stop.request_stop();
  EXPECT_EQ(KindOf(pipe.Push(Batch(1))), ErrorKind::kInterrupted);
  released.count_down();
}

TEST(BatchPipeTest, EndsWhenItIsGivenUpWhileBatchesWait) {
  std::latch entered(1);
  std::latch released(1);
  std::jthread release;
  {
    BatchPipe pipe(
        [&](const SourceBatch& batch) {
          if (batch.range == 0) entered.count_down();
          released.wait();
          return arrow::Status::OK();
        },
        3 * kBatchBytes, {});
    for (int32_t range = 0; range < 3; ++range) ASSERT_OK(pipe.Push(Batch(range)));
    entered.wait();
    release = std::jthread([&] { released.count_down(); });
  }
}

}  // namespace
}  // namespace carmilla
