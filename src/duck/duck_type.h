#pragma once

#include <duckdb.h>

#include <string>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace carmilla {

/// Returns the name of a type as SQL spells it, such as `DECIMAL(12,2)` or `STRUCT("a"
/// INTEGER)[]`.
std::string DuckTypeName(duckdb_logical_type type);

/// Returns the type to which a column is cast before it leaves the engine; the same name
/// as DuckTypeName() if it may leave as it is. At any depth HUGEINT becomes
/// DECIMAL(38,0), and types that the Arrow interface loses or renders as raw bytes
/// (TIMETZ, BIT, UHUGEINT, BIGNUM, TIME_NS, UNION), and those that Parquet files cannot
/// take (INTERVAL, ENUM), become VARCHAR.
std::string DuckOutputTypeName(duckdb_logical_type type);

/// Returns the type under which the engine reads a Parquet column of `type`;
/// kUnsupportedType if there is none.
arrow::Result<std::string> DuckTypeNameOf(const arrow::DataType& type);

}  // namespace carmilla
