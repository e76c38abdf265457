#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "stream/catalog.h"
#include "stream/query_engine.h"

namespace carmilla {

/// One value that an engine must read from the check's table.
struct CheckedValue {
  std::string sql;  ///< `c_list[1]`: the same in both engines.
  std::shared_ptr<arrow::DataType> type;
  std::string json;  ///< In Arrow's notation.
};

/// One column of the check's table: a type of the lake, and its only value.
struct CheckedColumn {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  std::string glue;  ///< Hive type, as the type table spells it.
  std::string json;  ///< The value, in Arrow's notation.
  /// What is compared; of what is nested every part, so that no notation matters.
  std::vector<CheckedValue> values;
};

/// A column for every type that a lake has by default, with values that are easily lost:
/// extremes, all digits, quotes and line breaks, NULL. Timestamps are of milliseconds,
/// which is what Athena shows.
const std::vector<CheckedColumn>& CheckedColumns();

/// The table's only row.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> CheckedRow();

/// Its columns as a catalog takes them.
std::vector<CatalogColumn> CheckedCatalogColumns();

/// `SELECT ... FROM table WHERE condition` of all checked values of `columns`;
/// `condition` may be "".
std::string CheckedSelect(const std::vector<CheckedColumn>& columns,
                          const std::string& table, const std::string& condition);

/// Compares the answer to CheckedSelect with what was written. kCorruptData names the
/// columns that differ, never their values.
arrow::Status CompareChecked(const std::vector<CheckedColumn>& columns,
                             QueryResult& answer, const std::stop_token& stop);

}  // namespace carmilla
