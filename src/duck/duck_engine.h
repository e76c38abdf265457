#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "stream/query_engine.h"

namespace carmilla {

struct DuckOptions {
  int64_t memory_bytes = 1LL << 30;  ///< memory_limit of the engine; beyond it, it spills.
  int threads = 2;
  std::string temp_directory;        ///< For spilling; created when needed, emptied at the end.
  std::vector<std::string> readable_directories;  ///< Nothing else on disk can be read or written.
};

/// Opens the embedded engine in memory with one view per table, read-only towards the outside:
/// extensions off, external access limited to `readable_directories`, configuration locked.
arrow::Result<std::unique_ptr<QueryEngine>> OpenDuckEngine(std::span<const QueryTable> tables,
                                                           const DuckOptions& options);

}  // namespace carmilla
