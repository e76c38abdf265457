// Reads a query as slowly as a reader can be, for test_receive_buffer.py to look at what
// that costs:
//   slow_reader CONNINFO CA_FILE QUERY
// After each batch it waits until the server cannot send any more. Prints the rows, their
// bytes on the wire and by how many bytes the heap of the C library grew meanwhile, where
// libpq has its buffers and Arrow has none.

#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include <arrow/record_batch.h>

#include "core/error.h"
#include "postgres/copy_reader.h"
#include "postgres/session.h"

namespace carmilla {
namespace {

constexpr int64_t kBatchBytes = 1 << 20;
constexpr std::chrono::milliseconds kLookEvery{1};

int64_t HeapBytes() {
  const struct mallinfo2 heap = mallinfo2();
  return static_cast<int64_t>(heap.uordblks + heap.hblkhd);
}

/// Waits until the backend has sent all that the kernel takes, or all there is.
arrow::Status AwaitFullQueue(Session& watcher, const std::string& backend) {
  for (;; std::this_thread::sleep_for(kLookEvery)) {
    ARROW_ASSIGN_OR_RAISE(const QueryRows rows,
                          watcher.Query("SELECT state <> 'active' OR "
                                        "coalesce(wait_event = 'ClientWrite', false) "
                                        "FROM pg_stat_activity WHERE pid = $1::int",
                                        {&backend, 1}));
    if (rows.empty() || rows.At(0, 0) == "t") return arrow::Status::OK();
  }
}

arrow::Status Run(const std::string& conninfo, const std::string& ca_file,
                  const std::string& query) {
  const ConnectionSettings settings{
      .conninfo = conninfo, .run_id = "slow", .ca_file = ca_file};
  ARROW_ASSIGN_OR_RAISE(const auto watcher, Session::Connect(settings, {}));
  ARROW_ASSIGN_OR_RAISE(const auto session, Session::Connect(settings, {}));
  const std::string backend = std::to_string(session->backend_pid());
  CopyRequest request{
      .query = query,
      .columns = {{.name = "body",
                   .mapping = {.wire = WireForm::kText, .arrow_type = arrow::utf8()}}},
      .batch_bytes = kBatchBytes};
  ARROW_ASSIGN_OR_RAISE(const auto reader, CopyReader::Start(*session, request));
  const int64_t before = HeapBytes();
  int64_t rows = 0;
  for (;;) {
    ARROW_RETURN_NOT_OK(AwaitFullQueue(*watcher, backend));
    ARROW_ASSIGN_OR_RAISE(const auto batch, reader->Next({}));
    if (!batch.has_value()) break;
    rows += batch->rows->num_rows();
  }
  std::printf("%lld %lld %lld\n", static_cast<long long>(rows),
              static_cast<long long>(reader->wire_bytes()),
              static_cast<long long>(HeapBytes() - before));
  return arrow::Status::OK();
}

}  // namespace
}  // namespace carmilla

int main(int argc, char** argv) {
  const arrow::Status status =
      argc == 4 ? carmilla::Run(argv[1], argv[2], argv[3])
                : arrow::Status::Invalid("slow_reader CONNINFO CA_FILE QUERY");
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
