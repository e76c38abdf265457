#include "fuzz/copy_claims.h"

#include <algorithm>
#include <regex>
#include <utility>

#include <arrow/api.h>

#include "core/error.h"
#include "fuzz/fuzz_input.h"
#include "postgres/batch_assembler.h"
#include "postgres/recorded_stream.h"
#include "postgres/sample_columns.h"

namespace carmilla {
namespace {

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

/// Without how many cells policies touched so far, among which rows behind may count.
std::string MessageOf(const arrow::Status& status) {
  static const std::regex count("so far: [0-9]+");
  return std::regex_replace(status.message(), count, "");
}

}  // namespace

std::vector<CopyColumn> ColumnsWithPolicies(uint64_t bits) {
  std::vector<CopyColumn> columns = ColumnsOfAllForms();
  for (CopyColumn& column : columns) {
    ValuePolicies& policies = column.policies;
    if ((bits & 1) != 0) policies.on_nan = ValuePolicy::kNull;
    if ((bits & 2) != 0) policies.on_infinity = ValuePolicy::kNull;
    if ((bits & 4) != 0) policies.on_infinity = ValuePolicy::kClamp;
    if ((bits & 8) != 0) policies.on_out_of_range = ValuePolicy::kNull;
    if ((bits & 16) != 0) policies.on_out_of_range = ValuePolicy::kClamp;
    if ((bits & 32) != 0) policies.on_array_shape = ValuePolicy::kNull;
    if ((bits & 64) != 0) policies.on_array_shape = ValuePolicy::kFlatten;
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
  auto assembler = BatchAssembler::Make(request, kServerVersionOfFuzz);
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
    // The plain decoder tells the place only.
    const bool is_same =
        KindOf(outcome.status) == KindOf(other.status) &&
        MessageOf(outcome.status).find(MessageOf(other.status)) != std::string::npos;
    Require(is_same, "the same error",
            outcome.status.ToString() + "\n" + other.status.ToString());
    return;
  }
  for (size_t index = 0; index < outcome.counts.size(); ++index) {
    Require(outcome.counts[index] == other.counts[index], "the same counts");
  }
}

}  // namespace carmilla
