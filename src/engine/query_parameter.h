#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

namespace carmilla {

/// A value that stands in a query as `$1`, `$2`...
struct QueryParameter {
  /// As PostgreSQL calls it, of an element of an array: `bigint`. "": that of what the
  /// value stands beside, as of a constant in SQL.
  std::string type;
  bool is_array = false;
  bool is_null = false;  ///< There are no values then.
  /// As PostgreSQL reads them: one, or the elements of the array.
  std::vector<std::optional<std::string>> values;
};

/// Writes the parameters into `sql` as constants, each in parentheses and cast to its
/// type: COPY takes no parameters. What looks like one inside of a string, name or
/// comment is left alone. kTask, with nothing of a value, unless `$1` to the last are
/// there and no others, and for a value that cannot be sent (a zero byte, no UTF-8).
arrow::Result<std::string> WriteParameters(std::string_view sql,
                                           std::span<const QueryParameter> parameters);

}  // namespace carmilla
