#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "carmilla/internal/backend.h"
#include "carmilla/internal/block.h"
#include "carmilla/internal/record_writer.h"
#include "carmilla/written.h"

namespace carmilla::internal {

/// Batches of a table that a task writes hold so many rows or bytes.
inline constexpr int64_t kRowsOfBatch = 65536;
inline constexpr int64_t kBytesOfBatch = 2 << 20;

/// kData: a value of column `cell.column` is none, and the task does not take NULL for
/// it. `key` names the row, or "".
arrow::Status InvalidCellError(const std::string& table, const InvalidCell& cell,
                               const std::string& key);

/// Writes the rows of blocks as a table.
template <typename T>
class TableWriter {
 public:
  TableWriter(Backend* backend, std::string name, std::string partition_column,
              const WriteOptions& options)
      : backend_(backend),
        request_{.name = std::move(name),
                 .schema = rows_.schema(),
                 .partition_column = std::move(partition_column),
                 .compression = options.compression},
        key_(options.key) {}

  /// Call first: what is wrong with the table shows before a row is read.
  arrow::Status Open() { return backend_->Write(request_).Value(&writer_); }

  arrow::Status Write(const Block<T>& block) {
    if (block.partition != partition_) ARROW_RETURN_NOT_OK(Flush());
    partition_ = block.partition;
    const std::span<const T> rows(block.rows);
    for (size_t begin = 0; begin < rows.size(); begin += kRowsOfSlice) {
      const size_t size = std::min(kRowsOfSlice, rows.size() - begin);
      ARROW_RETURN_NOT_OK(WriteSlice(rows.subspan(begin, size)));
    }
    return arrow::Status::OK();
  }

  /// More rows would be cut off.
  bool is_full() const {
    return backend_->limit() >= 0 && num_rows_ >= backend_->limit();
  }

  arrow::Result<std::vector<WrittenFile>> Finish() {
    ARROW_RETURN_NOT_OK(Flush());
    return writer_->Finish();
  }

 private:
  /// Few enough that rows of some megabytes do not add up.
  static constexpr size_t kRowsOfSlice = 64;

  arrow::Status WriteSlice(std::span<const T> rows) {
    std::vector<InvalidCell> invalid;
    rows_.Append(rows, &invalid);
    for (InvalidCell& cell : invalid) {
      ARROW_RETURN_NOT_OK(Judge(rows, std::move(cell)));
    }
    num_rows_ += static_cast<int64_t>(rows.size());
    if (rows_.rows() < kRowsOfBatch && rows_.bytes() < kBytesOfBatch) {
      return arrow::Status::OK();
    }
    return Flush();
  }

  arrow::Status Flush() {
    if (rows_.rows() == 0) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const auto batch, rows_.Finish());
    return writer_->Write(batch, partition_);
  }

  arrow::Status Judge(std::span<const T> rows, InvalidCell cell) {
    if (backend_->on_invalid() == InvalidValue::kNull) {
      writer_->CountInvalid(cell.column);
      return arrow::Status::OK();
    }
    const std::string key = KeyOf(rows[static_cast<size_t>(cell.row)]);
    cell.row += num_rows_;
    return InvalidCellError(request_.name, cell, key);
  }

  /// `id 17`, if the task has said that its rows may be told so.
  std::string KeyOf(const T& record) const {
    std::string key;
    VisitNamedMembers<T>([&]<typename M>(M, std::string_view name) {
      if (name != key_) return;
      if constexpr (requires { SqlText(M::Of(record)); }) {
        key = std::string(name) + " " + SqlText(M::Of(record));
      }
    });
    return key;
  }

  Backend* backend_;
  RecordWriter<T> rows_;
  const WriteRequest request_;
  const std::string key_;
  std::string partition_;
  int64_t num_rows_ = 0;
  std::unique_ptr<BatchWriter> writer_;
};

}  // namespace carmilla::internal
