#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "postgres/batch_assembler.h"
#include "postgres/plain_decoder.h"
#include "postgres/recorded_stream.h"
#include "postgres/sample_columns.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

constexpr std::array kWidths{9, 18, 38};

/// Makes up copies from a seed: all columns, rows and damages.
class CopyMaker {
 public:
  explicit CopyMaker(uint64_t seed) : random_(seed) {}

  CopyRequest Request() {
    CopyRequest request;
    request.relation = {"app", "orders"};
    request.parent = request.relation;
    request.method = ScanMethod::kSequential;
    request.ranges = {{0, 3}, {3, 4}, {4, std::nullopt}};
    request.batch_rows = static_cast<int64_t>(1 + Below(400));
    request.batch_bytes = static_cast<int64_t>(1 + Below(100'000));
    request.columns = {Column("int64", WireForm::kInt64, arrow::int64()),
                       Column("int32", WireForm::kInt32, arrow::int32()),
                       Column("text", WireForm::kText, arrow::utf8()),
                       Column("date", WireForm::kDate, arrow::date32()),
                       Column("boolean", WireForm::kBoolean, arrow::boolean()),
                       Column("int16", WireForm::kInt16, arrow::int16()),
                       Column("oid", WireForm::kUint32, arrow::int64()),
                       Column("real", WireForm::kFloat, arrow::float32()),
                       Column("double", WireForm::kDouble, arrow::float64()),
                       Column("jsonb", WireForm::kJsonb, arrow::utf8()),
                       Column("uuid", WireForm::kUuidText, arrow::utf8()),
                       Column("timestamp", WireForm::kTimestamp,
                              arrow::timestamp(arrow::TimeUnit::MICRO)),
                       Column("bytes", WireForm::kText, arrow::utf8())};
    for (const int32_t precision : kWidths) request.columns.push_back(Decimal(precision));
    request.columns.push_back(ListOf("numbers", request.columns[0]));
    request.columns.push_back(ListOf("texts", request.columns[2]));
    request.columns.push_back(ListOf("decimals", Decimal(18)));
    if (Below(3) == 0) {
      request.columns.push_back(Column("printed", WireForm::kNumericText, arrow::utf8()));
    }
    std::ranges::shuffle(request.columns, random_);
    if (Below(4) == 0) request.columns.resize(1 + Below(request.columns.size()));
    for (CopyColumn& column : request.columns) {
      if (Below(2) == 0) column.policies.on_nan = ValuePolicy::kNull;
      if (Below(2) == 0) column.policies.on_infinity = ValuePolicy::kNull;
    }
    return request;
  }

  std::vector<PlainRow> Rows(const CopyRequest& request) {
    std::vector<PlainRow> rows(Below(600));
    // Half of the copies have nothing wrong in them.
    const uint64_t damage_every = Below(2) == 0 ? 0 : 1 + Below(3000);
    const uint64_t null_every = 1 + Below(30);
    uint32_t block = 0;
    for (PlainRow& row : rows) {
      if (Below(100) == 0) ++block;
      row.block = block;
      if (damage_every > 0 && Below(damage_every * 10) == 0) row.damage = "xyz";
      for (const CopyColumn& column : request.columns) {
        if (Below(null_every) == 0) {
          row.fields.emplace_back(std::nullopt);
        } else {
          const bool is_damaged = damage_every > 0 && Below(damage_every) == 0;
          std::string value = Value(column);
          row.fields.emplace_back(is_damaged ? Damaged(column, value) : value);
        }
      }
    }
    return rows;
  }

 private:
  uint64_t Below(uint64_t end) { return random_() % end; }

  CopyColumn Decimal(int32_t precision) {
    const auto scale = static_cast<int32_t>(Below(static_cast<uint64_t>(precision) + 1));
    return DecimalColumn(precision, scale);
  }

  std::string Bytes(uint64_t size) {
    std::string bytes;
    while (bytes.size() < size) bytes += static_cast<char>('a' + Below(26));
    return bytes;
  }

  /// Mostly short; sometimes as long as where copying changes its way; seldom long.
  std::string Text() {
    if (Below(200) == 0) return Bytes(Below(40'000));
    return Bytes(Below(8) == 0 ? Below(300) : Below(40));
  }

  /// As numeric_send writes it: no zeros outside; with the display scale.
  std::string Numeric(int32_t precision, int32_t scale) {
    const auto integer_groups = static_cast<uint64_t>((precision - scale) / 4);
    const auto fraction_groups = static_cast<uint64_t>(scale / 4);
    std::vector<uint64_t> groups(integer_groups + fraction_groups);
    for (uint64_t& group : groups) group = Below(3) == 0 ? 0 : Below(10'000);
    if (Below(3) == 0) {
      // Decimals of a group that is not full.
      uint64_t cut = 1;
      for (int32_t digit = scale % 4; digit < 4; ++digit) cut *= 10;
      groups.push_back(scale % 4 == 0 ? 0 : Below(10'000) / cut * cut);
    }
    auto weight = static_cast<int64_t>(integer_groups) - 1;
    while (!groups.empty() && groups.front() == 0) {
      groups.erase(groups.begin());
      --weight;
    }
    while (!groups.empty() && groups.back() == 0) groups.pop_back();
    if (groups.empty()) weight = 0;
    std::string bytes = BigEndian(groups.size(), 2) +
                        BigEndian(static_cast<uint64_t>(weight), 2) +
                        BigEndian(groups.empty() ? 0 : Below(2) * 0x4000, 2) +
                        BigEndian(static_cast<uint64_t>(scale), 2);
    for (const uint64_t group : groups) bytes += BigEndian(group, 2);
    return bytes;
  }

  std::string List(const CopyColumn& column) {
    const uint64_t count = Below(4);
    std::string bytes =
        BigEndian(count > 0 ? 1 : 0, 4) + BigEndian(0, 4) + BigEndian(25, 4);
    if (count == 0) return bytes;
    bytes += BigEndian(count, 4) + BigEndian(1, 4);
    CopyColumn element = column;
    element.mapping = column.mapping.parts.front();
    for (uint64_t index = 0; index < count; ++index) {
      const std::string value = Value(element);
      bytes += Below(5) == 0 ? BigEndian(~0ULL, 4) : BigEndian(value.size(), 4) + value;
    }
    return bytes;
  }

  std::string Value(const CopyColumn& column) {
    switch (column.mapping.wire) {
      case WireForm::kBoolean:
        return BigEndian(Below(2), 1);
      case WireForm::kInt16:
        return BigEndian(random_(), 2);
      case WireForm::kInt32:
      case WireForm::kUint32:
      case WireForm::kFloat:
        return BigEndian(random_(), 4);
      case WireForm::kInt64:
      case WireForm::kDouble:
        return BigEndian(random_(), 8);
      case WireForm::kNumericDecimal:
        return Numeric(column.mapping.precision, column.mapping.scale);
      case WireForm::kNumericText:
        return Numeric(static_cast<int32_t>(20 + Below(20)),
                       static_cast<int32_t>(Below(20)));
      case WireForm::kJsonb:
        return "\1" + Text();
      case WireForm::kUuidText:
        return BigEndian(random_(), 8) + BigEndian(random_(), 8);
      case WireForm::kDate:
        return BigEndian(Below(10) == 0 ? 2'921'930 + Below(20) : Below(10'000), 4);
      case WireForm::kTimestamp:
        return BigEndian(random_() % 800'000'000'000'000, 8);
      case WireForm::kList:
        return List(column);
      default:
        return Text();
    }
  }

  /// Something that is refused, or at least another value.
  std::string Damaged(const CopyColumn& column, std::string value) {
    switch (Below(5)) {
      case 0:
        value += Bytes(1);
        return value;
      case 1:
        value.resize(value.size() / 2);
        return value;
      case 2:  // NaN
        return column.mapping.wire == WireForm::kNumericDecimal
                   ? FromHex("00000000c0000000")
                   : value + Bytes(3);
      case 3:  // infinity
        return column.mapping.wire == WireForm::kDate ? BigEndian(0x7fffffff, 4)
                                                      : std::string();
      default:
        if (value.size() > 9) value[8] = static_cast<char>(random_());
        return value;
    }
  }

  std::mt19937_64 random_;
};

void ExpectTheSame(const CopyRequest& request, const std::vector<PlainRow>& rows,
                   size_t most_at_hand) {
  ASSERT_OK_AND_ASSIGN(const PlainAnswer expected, DecodePlainly(request, rows));
  RecordedStream stream(MessagesOf(rows));
  stream.set_most_at_hand(most_at_hand);
  ASSERT_OK_AND_ASSIGN(auto assembler, BatchAssembler::Make(request, 150000));
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
    const PolicyCounts& counts = assembler->policy_counts()[column];
    ASSERT_EQ(counts.nan, expected.counts[column].nan);
    ASSERT_EQ(counts.infinity, expected.counts[column].infinity);
    ASSERT_EQ(counts.unusual_years, expected.counts[column].unusual_years);
  }
}

TEST(DecodingTwinTest, DecodesRandomRowsLikeThePlainDecoder) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    CopyMaker maker(seed);
    const CopyRequest request = maker.Request();
    ASSERT_NO_FATAL_FAILURE(ExpectTheSame(request, maker.Rows(request), 1 + seed % 200));
  }
}

}  // namespace
}  // namespace carmilla
