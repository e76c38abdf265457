#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace carmilla {

/// How the columns of a file become those of a table.
struct AddedColumns {
  /// What the file's rows are read as: names and order of the file, types of the table.
  std::shared_ptr<arrow::Schema> read;
  std::vector<int> order;  ///< Where each column of the table stands in `read`.
};

/// Finds the columns of `table` in a file that says `file`. Exactly those must be there,
/// in any order, with types whose every value the table's types hold: the same, shorter
/// numbers, times of another unit (which must not lose digits). kConfiguration names the
/// column otherwise.
arrow::Result<AddedColumns> MatchColumns(const arrow::Schema& file,
                                         const arrow::Schema& table);

/// The type that a table made from a file has for a column of `type`: the lake's own form
/// of the same values, such as the narrowest decimal and times in microseconds. `type`
/// itself where there is none.
std::shared_ptr<arrow::DataType> TypeInLake(const std::shared_ptr<arrow::DataType>& type);

}  // namespace carmilla
