#pragma once

#include <string>
#include <vector>

#include <arrow/result.h>

#include "types/postgres_type.h"

namespace carmilla {

/// Returns the first 16 hexadecimal digits of the SHA-256 of `parts`, each with its
/// length before it.
arrow::Result<std::string> FingerprintOf(const std::vector<std::string>& parts);

/// Writes the enumeration of an enum and its labels, in the order of their declaration.
/// Several headers may hold it; two that tell different labels do not compile together.
arrow::Result<std::string> WriteEnum(const PostgresType& type);

}  // namespace carmilla
