#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "postgres/batch_assembler.h"
#include "postgres/copy_maker.h"
#include "postgres/plain_decoder.h"
#include "postgres/recorded_stream.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

constexpr int32_t kServerVersion = 170000;

/// Adds what policies touched to `touched`.
void ExpectTheSame(const CopyRequest& request, const std::vector<PlainRow>& rows,
                   size_t most_at_hand, PolicyCounts* touched) {
  ASSERT_OK_AND_ASSIGN(const PlainAnswer expected,
                       DecodePlainly(request, rows, kServerVersion));
  RecordedStream stream(MessagesOf(rows));
  stream.set_most_at_hand(most_at_hand);
  ASSERT_OK_AND_ASSIGN(auto assembler, BatchAssembler::Make(request, kServerVersion));
  size_t batches = 0;
  for (;; ++batches) {
    const auto batch = assembler->Next(stream, std::stop_token());
    if (!batch.ok()) {
      ASSERT_THAT(batch, HasKind(KindOf(expected.status)));
      ASSERT_THAT(batch, StatusMessageHas(expected.status.message()));
      break;
    }
    if (!batch->has_value()) {
      ASSERT_OK(expected.status);
      break;
    }
    ASSERT_LT(batches, expected.batches.size());
    const SourceBatch& other = expected.batches[batches];
    ASSERT_EQ((*batch)->range, other.range);
    ASSERT_OK((*batch)->rows->ValidateFull());
    ASSERT_TRUE((*batch)->rows->Equals(*other.rows, /*check_metadata=*/false,
                                       arrow::EqualOptions().nans_equal(true)))
        << (*batch)->rows->ToString() << other.rows->ToString();
  }
  ASSERT_EQ(batches, expected.batches.size());
  if (!expected.status.ok()) return;
  for (size_t column = 0; column < request.columns.size(); ++column) {
    ASSERT_EQ(assembler->policy_counts()[column], expected.counts[column])
        << request.columns[column].name;
    *touched += expected.counts[column];
  }
}

TEST(DecodingTwinTest, DecodesRandomRowsLikeThePlainDecoder) {
  PolicyCounts touched;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    CopyMaker maker(seed);
    const CopyRequest request = maker.Request();
    ASSERT_NO_FATAL_FAILURE(
        ExpectTheSame(request, maker.Rows(request), 1 + seed % 200, &touched));
  }
  // What the copies hold decides what this test is worth.
  for (const int64_t count :
       {touched.nan, touched.infinity, touched.out_of_range, touched.precision,
        touched.array_shape, touched.invalid_utf8, touched.unusual_years}) {
    EXPECT_GT(count, 100);
  }
}

}  // namespace
}  // namespace carmilla
