#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "lake/lake.h"

namespace carmilla {

/// `named`, or all tables of the lake at `path` when none is. `doing` begins messages, as
/// in "verifying". kUnknownRelation for a name that the lake does not have; kNotFound
/// where nothing has been published.
arrow::Result<std::vector<std::string>> ChooseTables(
    const Lake& lake, const std::string& path, const std::vector<std::string>& named,
    std::string_view doing);

}  // namespace carmilla
