#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <regex>

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

/// Overwrites a few bytes, of the lengths as often as of the values.
void Damage(std::mt19937_64& random, std::string* message) {
  constexpr std::array<uint32_t, 6> kLengths{0,           1,           8,
                                             0xffff'ffff, 0xffff'fffe, 0x7fff'ffff};
  if (message->size() < 6) return;
  const size_t place = 2 + random() % (message->size() - 5);
  const uint32_t length = random() % 4 == 0 ? static_cast<uint32_t>(random())
                                            : kLengths[random() % kLengths.size()];
  message->replace(place, 4, BigEndian(length, 4));
  if (random() % 8 == 0) message->resize(message->size() - random() % 8);
}

/// Whether a row's lengths are those of as many fields behind each other.
bool HasWholeFields(std::string_view message) {
  int32_t num_fields = LoadInt16(message.data());
  message.remove_prefix(2);
  for (; num_fields > 0 && message.size() >= 4; --num_fields) {
    const int64_t length = LoadInt32(message.data());
    message.remove_prefix(4);
    if (length < -1 || length > std::ssize(message)) return false;
    message.remove_prefix(static_cast<size_t>(std::max<int64_t>(length, 0)));
  }
  return num_fields == 0 && message.empty();
}

bool TellsOfLengths(const std::string& message) {
  return std::ranges::any_of(
      std::array{"a row ends before its last field", "a row is longer than its fields",
                 "a field of a row has an impossible length"},
      [&](const char* problem) { return message.find(problem) != std::string::npos; });
}

/// Counts include those of the rows that were looked at together.
std::string WithoutCounts(const arrow::Status& status) {
  return std::regex_replace(status.ToString(), std::regex("so far: [0-9]+"), "");
}

struct Decoded {
  std::vector<SourceBatch> batches;
  arrow::Status status;
};

Decoded DecodeDamaged(const CopyRequest& request,
                      const std::vector<std::string>& messages, size_t most_at_hand) {
  RecordedStream stream(messages);
  stream.set_most_at_hand(most_at_hand);
  Decoded decoded;
  auto assembler = BatchAssembler::Make(request, kServerVersion).ValueOrDie();
  for (;;) {
    auto batch = assembler->Next(stream, std::stop_token());
    decoded.status = batch.status();
    if (!batch.ok() || !batch->has_value()) return decoded;
    decoded.batches.push_back(std::move(**batch));
  }
}

TEST(DecodingTwinTest, TellsOfDamagedRowsAsIfTheyCameOneByOne) {
  int num_broken = 0;
  int num_refused = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    CopyMaker maker(seed);
    const CopyRequest request = maker.Request();
    std::vector<std::string> messages = MessagesOf(maker.Rows(request));
    std::mt19937_64 random(seed);
    for (size_t row = 1; row + 1 < messages.size(); ++row) {
      if (random() % 50 == 0) Damage(random, &messages[row]);
    }
    const Decoded alone = DecodeDamaged(request, messages, 1);
    const Decoded together = DecodeDamaged(request, messages, 200);
    ASSERT_EQ(WithoutCounts(together.status), WithoutCounts(alone.status));
    ASSERT_EQ(together.batches.size(), alone.batches.size());
    for (size_t index = 0; index < alone.batches.size(); ++index) {
      ASSERT_TRUE(together.batches[index].rows->Equals(
          *alone.batches[index].rows, /*check_metadata=*/false,
          arrow::EqualOptions().nans_equal(true)));
    }
    if (alone.status.ok()) continue;
    if (!TellsOfLengths(alone.status.message())) {
      ++num_refused;
      continue;
    }
    ++num_broken;
    const auto broken =
        std::find_if_not(messages.begin() + 1, messages.end() - 1, HasWholeFields) -
        messages.begin();
    ASSERT_LT(broken, std::ssize(messages) - 1);
    ASSERT_THAT(alone.status, StatusMessageHas("row " + std::to_string(broken) + " "));
  }
  // What the damages are decides what this test is worth.
  EXPECT_GT(num_broken, 50);
  EXPECT_GT(num_refused, 10);
}

}  // namespace
}  // namespace carmilla
