#include <new>
#include <stdexcept>

#include <arrow/record_batch.h>
#include <arrow/util/byte_size.h>

#include "carmilla/index.h"
#include "carmilla/internal/block.h"
#include "carmilla/internal/kept_memory.h"
#include "carmilla/internal/table_writer.h"
#include "core/error.h"
#include "core/quantity.h"

namespace carmilla::internal {
namespace {

std::string AtRow(int64_t row) { return "row " + FormatCount(row + 1); }

}  // namespace

arrow::Status RowFailed(int64_t row, std::exception_ptr thrown) {
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorKind::kOutOfMemory,
                     "computing " + AtRow(row) + ": the system gave no more memory");
  } catch (const std::exception& exception) {
    return MakeError(ErrorKind::kTask,
                     "computing " + AtRow(row) + ": " + exception.what());
  } catch (...) {
    return MakeError(ErrorKind::kTask, "computing " + AtRow(row) +
                                           ": something was thrown that is no "
                                           "std::exception");
  }
}

arrow::Status RowFailed(int64_t row, const arrow::Status& status) {
  const ErrorKind kind = status.detail() == nullptr ? ErrorKind::kTask : KindOf(status);
  return MakeError(kind, "computing " + AtRow(row) + ": " + status.message(),
                   HintOf(status));
}

void ThrowUnknownLabel() {
  throw std::runtime_error("a label of an enum is not in the generated header");
}

void ThrowNullInside() {
  throw std::runtime_error(
      "a list or record holds NULL, for which the struct has no room");
}

void ThrowNoUuid() { throw std::runtime_error("a text is no Uuid"); }

arrow::Status ReadFailed(std::string_view column, std::exception_ptr thrown) {
  const std::string doing = "reading column " + std::string(column) + ": ";
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorKind::kOutOfMemory, doing + "the system gave no more memory");
  } catch (const std::exception& exception) {
    return MakeError(ErrorKind::kStaleHeader, doing + exception.what(),
                     "correct the struct; if a header has it, write that again with "
                     "`carmilla generate`");
  }
}

arrow::Status UsedTwice() {
  return MakeError(ErrorKind::kTask, "a chain of rows was used twice",
                   "each link takes the rows of the one before: open another stream");
}

arrow::Status JoinMissed() {
  return MakeError(ErrorKind::kTask, "a join found no row for its key",
                   "OnMiss::kDrop leaves such rows out; a function that takes a pointer "
                   "gets null for them");
}

arrow::Status DuplicateKey(size_t rows) {
  return MakeError(ErrorKind::kTask,
                   "indexing " + FormatCount(static_cast<int64_t>(rows), "row") +
                       ": two of them have one key",
                   "IndexByMulti takes such keys");
}

arrow::Status ReserveForRows(Backend* backend, int64_t bytes) {
  return WithContext(backend->Reserve(bytes), "keeping rows in memory");
}

arrow::Status ReserveForIndex(Backend* backend, int64_t bytes, int64_t rows) {
  return WithContext(backend->Reserve(bytes), "indexing " + FormatCount(rows, "row"));
}

arrow::Status ReserveForGroups(Backend* backend, int64_t bytes, int64_t groups) {
  return WithContext(backend->Reserve(bytes),
                     "grouping rows by " + FormatCount(groups, "key"));
}

int64_t BytesOf(const arrow::RecordBatch& batch) {
  return arrow::util::TotalBufferSize(batch);
}

arrow::Status InvalidCellError(const std::string& table, const InvalidCell& cell,
                               const std::string& key) {
  return MakeError(ErrorKind::kData,
                   "writing " + table + ": column " + cell.column + ", row " +
                       FormatCount(cell.row + 1) + (key.empty() ? "" : " (" + key + ")") +
                       ": " + cell.problem,
                   "widen the type, round earlier, or give the task `.on_invalid = "
                   "carmilla::OnInvalid::kNull`");
}

}  // namespace carmilla::internal
