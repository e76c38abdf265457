#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "stream/query_engine.h"

namespace carmilla {

/// Makes a path absolute. kUnsupported for a URI, and for a path with a backslash beside
/// one of
/// `*?[`, which the engine cannot be told to read literally.
arrow::Result<std::string> DuckPathOf(const std::string& file);

/// Writes a path so that the engine, which expands `*`, `?` and `[`, reads exactly that
/// file.
std::string LiteralDuckPattern(std::string_view path);

/// Returns `CREATE VIEW name AS ...` over exactly the files of `table`, in their order;
/// of a table without files a view with the same columns and no rows.
///
/// Columns come by name, in the order of the schema, then the partition columns. Of
/// columns whose names differ only in case, which SQL could not tell apart, the later
/// ones get `_1`, `_2`. Partition columns are VARCHAR, or DATE when the value in every
/// path is a date (YYYY-MM-DD);
/// `__HIVE_DEFAULT_PARTITION__` is NULL. Filters on them skip files, unless the table has
/// a column called filename.
arrow::Result<std::string> CreateViewStatement(const QueryTable& table);

}  // namespace carmilla
