#pragma once

#include <set>
#include <string>

#include <arrow/result.h>

#include "duck/duck_handle.h"

namespace carmilla {

/// Reads SQL without running it, and without knowing the tables. One thread at a time.
class SqlReader {
 public:
  static arrow::Result<SqlReader> Open();

  /// Names, in lower case, of the tables and views that the one SELECT in `sql` reads:
  /// not of its common table expressions, nor of what stands in another schema. kQuery if
  /// `sql` is something else, with DuckDB's own words if it is no SQL of DuckDB.
  arrow::Result<std::set<std::string>> TablesOf(const std::string& sql) const;

 private:
  SqlReader() = default;

  DuckDatabase database_;
  DuckConnection connection_;
};

}  // namespace carmilla
