#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <arrow/result.h>

#include "types/type_mapping.h"

namespace carmilla {

/// Gives the members of composite types in `mapping`, at every depth, the names that
/// `rename` returns; files and catalog have them then. kConfiguration if two members of
/// one group would differ only in the case of letters.
arrow::Result<TypeMapping> RenameMembers(
    TypeMapping mapping, const std::function<std::string(std::string_view)>& rename);

}  // namespace carmilla
