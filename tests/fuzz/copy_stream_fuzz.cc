// A copy of any messages: a choice of columns and policies, for some choices what two
// ranges begin with, then messages, each behind its length.

#include <limits>

#include "fuzz/copy_claims.h"
#include "fuzz/fuzz_input.h"

namespace carmilla {
namespace {

CopyRequest RequestOf(FuzzInput& input) {
  const uint64_t choice = input.Number(1);
  CopyRequest request;
  request.relation = {"app", "orders"};
  request.parent = request.relation;
  const uint64_t first = input.Number(1);
  request.columns = Window(ColumnsWithPolicies(choice & 7), first, input.Number(1));
  if ((choice & 16) != 0) {
    request.method = ScanMethod::kSequential;
    request.ranges = {{0, 3}, {3, 4}, {4, std::nullopt}};
    if ((choice & 8) != 0) {
      request.markers = {{1, input.Piece()}, {2, input.Piece()}};
    }
  }
  request.batch_rows = (choice & 32) != 0 ? 2 : 1000;
  request.batch_bytes = (choice & 64) != 0 ? 64 : 1 << 20;
  request.max_row_bytes = (choice & 128) != 0 ? 256 : 0;
  return request;
}

}  // namespace
}  // namespace carmilla

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace carmilla;
  FuzzInput input(data, size);
  const CopyRequest request = RequestOf(input);
  std::vector<std::string> messages;
  while (!input.is_empty()) messages.push_back(input.Piece());
  const CopyOutcome all =
      DecodeMessages(request, messages, std::numeric_limits<size_t>::max());
  RequireSame(all, DecodeMessages(request, messages, 1));
  return 0;
}
