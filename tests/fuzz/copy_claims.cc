#include "fuzz/copy_claims.h"

#include <algorithm>
#include <utility>

#include <arrow/api.h>

#include "core/error.h"
#include "fuzz/fuzz_input.h"
#include "postgres/batch_assembler.h"
#include "postgres/recorded_stream.h"
#include "postgres/sample_columns.h"
#include "types/built_in_oid.h"

namespace carmilla {
namespace {

constexpr int32_t kServerVersion = 170000;

/// Of two members with the types that the first inputs have.
CopyColumn Pair(const std::string& name, const CopyColumn& first,
                const CopyColumn& second) {
  CopyColumn column =
      Column(name, WireForm::kStruct,
             arrow::struct_({arrow::field("a", first.mapping.arrow_type),
                             arrow::field("b", second.mapping.arrow_type)}));
  column.mapping.parts = {first.mapping, second.mapping};
  column.mapping.member_oids = {built_in_oid::kInt8, built_in_oid::kText};
  return column;
}

CopyColumn RangeOf(const std::string& name, const CopyColumn& bound) {
  CopyColumn column = Column(name, WireForm::kRange, RangeType(bound.mapping.arrow_type));
  column.mapping.parts = {bound.mapping};
  return column;
}

CopyColumn MultirangeOf(const std::string& name, const CopyColumn& bound) {
  CopyColumn column = ListOf(name, RangeOf("range", bound));
  column.mapping.wire = WireForm::kMultirange;
  return column;
}

bool MayBlameBytes(const arrow::Status& status) {
  switch (KindOf(status)) {
    case ErrorKind::kCorruptData:
    case ErrorKind::kData:
    case ErrorKind::kRowTooLarge:
    case ErrorKind::kRelationChanged:  // The type of a member is another one.
      return true;
    default:
      // Rows in an order that no scan has.
      return status.message().find("ctid") != std::string::npos ||
             status.message().find("block") != std::string::npos;
  }
}

}  // namespace

std::vector<CopyColumn> ColumnsOfAllForms(uint64_t bits) {
  const CopyColumn text = Column("text", WireForm::kText, arrow::utf8());
  const CopyColumn number = Column("int64", WireForm::kInt64, arrow::int64());
  std::vector<CopyColumn> columns{
      number,
      text,
      Column("boolean", WireForm::kBoolean, arrow::boolean()),
      Column("int16", WireForm::kInt16, arrow::int16()),
      Column("int32", WireForm::kInt32, arrow::int32()),
      Column("oid", WireForm::kUint32, arrow::int64()),
      Column("real", WireForm::kFloat, arrow::float32()),
      Column("double", WireForm::kDouble, arrow::float64()),
      DecimalColumn(9, 2),
      DecimalColumn(18, 5),
      DecimalColumn(38, 19),
      Column("printed", WireForm::kNumericText, arrow::utf8()),
      Column("jsonb", WireForm::kJsonb, arrow::utf8()),
      Column("uuid", WireForm::kUuidText, arrow::utf8()),
      Column("bytes", WireForm::kBytes, arrow::binary()),
      Column("character", WireForm::kCharacter, arrow::utf8()),
      Column("date", WireForm::kDate, arrow::date32()),
      Column("time", WireForm::kTimeText, arrow::utf8()),
      Column("timestamp", WireForm::kTimestamp, arrow::timestamp(arrow::TimeUnit::MICRO)),
      Column("interval", WireForm::kIntervalText, arrow::utf8()),
      ListOf("numbers", number),
      ListOf("texts", text),
      ListOf("decimals", DecimalColumn(18, 5)),
      ListOf("lists", ListOf("inner", text))};
  const CopyColumn date = Column("date", WireForm::kDate, arrow::date32());
  const CopyColumn pair = Pair("pair", number, text);
  std::ranges::copy(
      std::vector<CopyColumn>{
          Column("money", WireForm::kInt64Decimal, arrow::decimal128(19, 2)),
          Column("xid8", WireForm::kUint64Decimal, arrow::decimal128(20, 0)),
          Column("timetz", WireForm::kTimetzText, arrow::utf8()),
          Column("inet", WireForm::kNetworkText, arrow::utf8()),
          Column("macaddr", WireForm::kMacAddressText, arrow::utf8()),
          Column("bits", WireForm::kBitText, arrow::utf8()), pair, ListOf("pairs", pair),
          RangeOf("numrange", Column("bound", WireForm::kNumericText, arrow::utf8())),
          RangeOf("daterange", date), MultirangeOf("datemultirange", date),
          ListOf("ranges", RangeOf("int8range", number)),
          Column("hstore", WireForm::kTextMap, arrow::map(arrow::utf8(), arrow::utf8())),
          Column("vector", WireForm::kFloatList, arrow::list(arrow::float32()))},
      std::back_inserter(columns));
  for (CopyColumn& column : columns) {
    if ((bits & 1) != 0) column.policies.on_nan = ValuePolicy::kNull;
    if ((bits & 2) != 0) column.policies.on_infinity = ValuePolicy::kNull;
    if ((bits & 4) != 0) column.policies.on_infinity = ValuePolicy::kClamp;
  }
  return columns;
}

std::vector<CopyColumn> Window(const std::vector<CopyColumn>& columns, uint64_t first,
                               uint64_t count) {
  const auto begin = columns.begin() + static_cast<long>(first % columns.size());
  const auto rest = static_cast<uint64_t>(columns.end() - begin);
  return {begin, begin + static_cast<long>(std::min(1 + count, rest))};
}

CopyOutcome DecodeMessages(const CopyRequest& request,
                           const std::vector<std::string>& messages,
                           size_t most_at_hand) {
  RecordedStream stream(messages);
  stream.set_most_at_hand(most_at_hand);
  auto assembler = BatchAssembler::Make(request, kServerVersion);
  Require(assembler.ok(), "every form has a decoder", assembler.status().ToString());
  CopyOutcome outcome;
  for (;;) {
    auto batch = (*assembler)->Next(stream, std::stop_token());
    if (!batch.ok()) {
      outcome.status = batch.status();
      Require(MayBlameBytes(outcome.status), "an error of the bytes",
              outcome.status.ToString());
      break;
    }
    if (!batch->has_value()) break;
    const arrow::Status valid = (*batch)->rows->ValidateFull();
    // That text is UTF-8 is the server's promise; where it is kept is not decided here.
    Require(valid.ok() || valid.message().find("UTF8") != std::string::npos,
            "a batch is valid", valid.ToString());
    outcome.batches.push_back(**std::move(batch));
  }
  outcome.counts = (*assembler)->policy_counts();
  return outcome;
}

void RequireSame(const CopyOutcome& outcome, const CopyOutcome& other) {
  Require(outcome.batches.size() == other.batches.size(), "as many batches");
  for (size_t index = 0; index < outcome.batches.size(); ++index) {
    const SourceBatch& batch = outcome.batches[index];
    const SourceBatch& twin = other.batches[index];
    Require(batch.range == twin.range, "of the same range");
    Require(batch.rows->Equals(*twin.rows, /*check_metadata=*/false,
                               arrow::EqualOptions().nans_equal(true)),
            "with the same rows", batch.rows->ToString() + twin.rows->ToString());
  }
  Require(outcome.status.ok() == other.status.ok(), "the same end",
          outcome.status.ToString() + "\n" + other.status.ToString());
  if (!outcome.status.ok()) {
    // The plain decoder tells the place only. Whether nonsense is malformed or too large,
    // who looks at other digits first may tell otherwise.
    Require(outcome.status.message().find(other.status.message()) != std::string::npos,
            "the same error", outcome.status.ToString() + "\n" + other.status.ToString());
    return;
  }
  for (size_t index = 0; index < outcome.counts.size(); ++index) {
    Require(outcome.counts[index] == other.counts[index], "the same counts");
  }
}

}  // namespace carmilla
