#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "codegen/header_origin.h"

namespace carmilla {

/// A file as it shall be.
struct GeneratedFile {
  std::string path;
  std::string text;
  size_t num_columns = 0;
  bool is_task = false;  ///< The user's from the first time on: never written again.
};

enum class GeneratedState : uint8_t { kMissing, kDifferent, kSame };

/// Compares `file` with the one on disk; a task is as it shall be once it is there.
/// kConfiguration if that one cannot be read, or is one that `carmilla generate` did not
/// write.
arrow::Result<GeneratedState> StateOf(const GeneratedFile& file);

/// Writes `file`, whole or not at all, and the folders that it needs.
arrow::Status WriteGenerated(const GeneratedFile& file);

/// Reads what the generated headers in `folder` and below were asked for, by their paths.
/// Other files are passed over; none if there is no such folder.
arrow::Result<std::vector<HeaderOrigin>> ReadOrigins(const std::string& folder);

}  // namespace carmilla
