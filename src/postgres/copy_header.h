#pragma once

#include <string>
#include <string_view>

#include <arrow/result.h>

namespace carmilla {

/// kCorruptData: `problem` is one that a copy of PostgreSQL's never has.
arrow::Status CorruptCopy(std::string problem);

/// Returns what follows the header that `message`, the first one of a copy, begins with.
/// kCorruptData unless it is one that this reader knows.
arrow::Result<std::string_view> SkipCopyHeader(std::string_view message);

}  // namespace carmilla
