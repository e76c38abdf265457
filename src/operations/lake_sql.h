#pragma once

#include <string>

namespace carmilla {

/// Whether SQL of Athena or of DuckDB takes `name`, in any case, for one of its words, so
/// that a query has to quote it.
bool IsReservedWord(const std::string& name);

/// The name of a table of the lake as a query says it: quoted where it has to be.
std::string InLakeSql(const std::string& table);

/// A name as a query of either engine says it, whatever characters it has.
std::string QuotedInLakeSql(const std::string& name);

}  // namespace carmilla
