#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "carmilla/internal/backend.h"

namespace carmilla {

struct WriteOptions {
  /// `zstd`, `gzip`, `snappy` or `none`; "" as `defaults:` has it.
  std::string compression = {};
  /// The column whose value names a row in the message of an error, such as `id`; "": no
  /// value is told, only the row's number.
  std::string key = {};
};

/// One file of a table, or of one window of Windows; large ones have several.
struct WrittenFile {
  std::string partition;  ///< First day of the window, or "".
  int64_t rows = 0;
  int64_t bytes = 0;
};

/// What a task wrote. The table is published when the task has ended well.
struct Written {
  std::vector<WrittenFile> files;
  int64_t rows = 0;
  int64_t bytes = 0;
  std::chrono::milliseconds duration{0};
};

/// Written, or why not. A task may return it as it is.
class [[nodiscard]] WriteResult : public arrow::Result<Written> {
 public:
  using arrow::Result<Written>::Result;
  operator arrow::Status() const {
    return status();
  }  // NOLINT(google-explicit-constructor)
};

}  // namespace carmilla
