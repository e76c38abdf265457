// Arrays, composites, ranges, addresses... as they are sent, or not: a choice of a
// column and of policies, then its values, each behind its length. How they are cut must
// not matter, and what they become must equal what the plain decoder makes of them.

#include "core/error.h"
#include "fuzz/copy_claims.h"
#include "fuzz/fuzz_input.h"
#include "postgres/plain_decoder.h"
#include "postgres/recorded_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace carmilla;
  FuzzInput input(data, size);
  const uint64_t choice = input.Number(1);
  const std::vector<CopyColumn> columns = ColumnsWithPolicies(input.Number(1));
  CopyRequest request;
  request.relation = {"app", "orders"};
  request.parent = request.relation;
  request.ranges = {{0, std::nullopt}};
  request.columns = {columns[choice % columns.size()]};
  std::vector<PlainRow> rows;
  std::vector<std::string> messages{CopyHeader()};
  while (!input.is_empty()) {
    rows.push_back({.fields = {input.Piece()}});
    messages.push_back(CopyRow(rows.back().fields));
  }
  messages.push_back(CopyTrailer());
  const CopyOutcome outcome = DecodeMessages(request, messages, 1 + size % 7);
  RequireSame(outcome, DecodeMessages(request, messages, messages.size()));
  auto plain = DecodePlainly(request, rows, kServerVersionOfFuzz);
  Require(plain.ok(), "the plain decoder answers", plain.status().ToString());
  // It tells the place of a row that this scan does not know.
  if (!plain->status.ok()) plain->status = MakeError(KindOf(plain->status), "");
  RequireSame(outcome, {.batches = std::move(plain->batches),
                        .status = std::move(plain->status),
                        .counts = std::move(plain->counts)});
  return 0;
}
