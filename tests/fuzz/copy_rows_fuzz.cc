// A copy in good form with any values: choices, then rows of fields, each behind its
// length. What it becomes must equal what the plain decoder makes of it.

#include "fuzz/copy_claims.h"
#include "fuzz/fuzz_input.h"
#include "postgres/plain_decoder.h"
#include "postgres/recorded_stream.h"

namespace carmilla {
namespace {

constexpr uint64_t kNullPiece = 0xffff;

CopyRequest RequestOf(FuzzInput& input) {
  const uint64_t choice = input.Number(1);
  CopyRequest request;
  request.relation = {"app", "orders"};
  request.parent = request.relation;
  request.method = ScanMethod::kSequential;
  request.ranges = {{0, 3}, {3, 4}, {4, std::nullopt}};
  request.batch_rows = static_cast<int64_t>(1 + input.Number(1));
  request.batch_bytes = static_cast<int64_t>(1 + input.Number(2));
  const std::vector<CopyColumn> columns = ColumnsWithPolicies(choice);
  const uint64_t first = input.Number(1);
  request.columns = Window(columns, first, input.Number(1));
  return request;
}

std::vector<PlainRow> RowsOf(const CopyRequest& request, FuzzInput& input) {
  std::vector<PlainRow> rows;
  uint32_t block = 0;
  while (!input.is_empty()) {
    PlainRow& row = rows.emplace_back();
    const uint64_t choice = input.Number(1);
    block += choice >= 0xc0 ? 1 : 0;
    row.block = block;
    if ((choice & 0x3f) == 0x3f) row.damage = 'x';
    while (row.fields.size() < request.columns.size()) {
      const uint64_t size = input.Number(2);
      row.fields.emplace_back(std::nullopt);
      if (size != kNullPiece) row.fields.back() = input.Bytes(static_cast<size_t>(size));
    }
  }
  return rows;
}

}  // namespace
}  // namespace carmilla

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace carmilla;
  FuzzInput input(data, size);
  const CopyRequest request = RequestOf(input);
  const std::vector<PlainRow> rows = RowsOf(request, input);
  auto plain = DecodePlainly(request, rows, kServerVersionOfFuzz);
  Require(plain.ok(), "the plain decoder answers", plain.status().ToString());
  const CopyOutcome twin{.batches = std::move(plain->batches),
                         .status = std::move(plain->status),
                         .counts = std::move(plain->counts)};
  RequireSame(DecodeMessages(request, MessagesOf(rows), 1 + size % 7), twin);
  return 0;
}
