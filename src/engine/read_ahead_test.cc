#include "engine/read_ahead.h"

#include <atomic>
#include <latch>
#include <new>

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

constexpr int64_t kBatchRows = 1000;
constexpr int64_t kBatchBytes = 8 * kBatchRows;

/// Gives `last` batches, then ends as it is told.
class FakeSource : public BatchSource {
 public:
  struct Counts {
    std::atomic<int> given = 0;
    std::atomic<bool> is_stopped = false;
  };
  enum class End : uint8_t { kRows, kError, kThrow, kWait };

  FakeSource(Counts* counts, int last, End end)
      : counts_(counts), last_(last), end_(end) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }

  arrow::Result<std::optional<SourceBatch>> Next(std::stop_token stop) override {
    if (counts_->given < last_) return Batch(counts_->given++);
    if (end_ == End::kError) return MakeError(ErrorKind::kData, "reading: a bad value");
    if (end_ == End::kThrow) throw std::bad_alloc();
    if (end_ == End::kRows) return std::nullopt;
    std::latch stopped(1);
    const std::stop_callback on_stop(stop, [&] { stopped.count_down(); });
    stopped.wait();
    counts_->is_stopped = true;
    return MakeError(ErrorKind::kInterrupted, "reading: interrupted");
  }

 private:
  std::optional<SourceBatch> Batch(int32_t range) {
    std::shared_ptr<arrow::Buffer> values =
        arrow::AllocateBuffer(kBatchBytes).ValueOrDie();
    const auto column = arrow::MakeArray(
        arrow::ArrayData::Make(arrow::int64(), kBatchRows, {nullptr, values}, 0));
    return SourceBatch{.rows = arrow::RecordBatch::Make(schema_, kBatchRows, {column}),
                       .range = range};
  }

  Counts* counts_;
  const int last_;
  const End end_;
  const std::shared_ptr<arrow::Schema> schema_ =
      arrow::schema({arrow::field("id", arrow::int64())});
};

using End = FakeSource::End;

std::unique_ptr<ReadAhead> Ahead(FakeSource::Counts* counts, int last, End end) {
  return std::make_unique<ReadAhead>(std::make_unique<FakeSource>(counts, last, end),
                                     3 * kBatchBytes, std::stop_source());
}

TEST(ReadAheadTest, GivesAllBatchesInOrderAndThenNothing) {
  FakeSource::Counts counts;
  const auto ahead = Ahead(&counts, 300, End::kRows);
  for (int32_t range = 0; range < 300; ++range) {
    ASSERT_OK_AND_ASSIGN(const auto batch, ahead->Next({}));
    ASSERT_TRUE(batch.has_value());
    EXPECT_EQ(batch->range, range);
    // One is in the reader's hand, and three wait.
    EXPECT_LE(counts.given, range + 5);
  }
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK_AND_ASSIGN(const auto batch, ahead->Next({}));
    EXPECT_FALSE(batch.has_value());
  }
}

TEST(ReadAheadTest, GivesTheBatchesBeforeAnErrorAndThenTheError) {
  FakeSource::Counts counts;
  const auto ahead = Ahead(&counts, 2, End::kError);
  for (int i = 0; i < 2; ++i) EXPECT_OK(ahead->Next({}).status());
  for (int i = 0; i < 2; ++i) EXPECT_THAT(ahead->Next({}), HasKind(ErrorKind::kData));
}

TEST(ReadAheadTest, ThrowsWhatTheSourceThrew) {
  FakeSource::Counts counts;
  const auto ahead = Ahead(&counts, 0, End::kThrow);
  EXPECT_THROW(static_cast<void>(ahead->Next({})), std::bad_alloc);
}

TEST(ReadAheadTest, EndsTheSourceWhenItIsDestroyed) {
  FakeSource::Counts counts;
  Ahead(&counts, 1, End::kWait).reset();
  EXPECT_TRUE(counts.is_stopped);
}

TEST(ReadAheadTest, NextIsInterruptedByItsOwnStop) {
  FakeSource::Counts counts;
  const auto ahead = Ahead(&counts, 0, End::kWait);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THAT(ahead->Next(stop.get_token()), HasKind(ErrorKind::kInterrupted));
}

}  // namespace
}  // namespace carmilla
