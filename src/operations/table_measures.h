#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/type_fwd.h>

namespace carmilla {

/// What is counted or summed of a table to tell whether two copies of it agree. Whole
/// numbers and decimals only, so that every engine has exactly one right answer; and no
/// value of a cell, so that answers may be shown.
enum class MeasureKind : uint8_t {
  kRows,        ///< Of the table.
  kValues,      ///< Those that are not NULL.
  kSum,         ///< Of whole numbers and decimals of up to 28 digits.
  kTrue,        ///< How many booleans are true.
  kDays,        ///< Sum of the days since 1970-01-01.
  kCharacters,  ///< Sum of the lengths of texts, in code points.
};

/// For people and JSON.
std::string_view NameOf(MeasureKind kind);

struct TableMeasure {
  std::string column;  ///< "" for kRows.
  MeasureKind kind = MeasureKind::kRows;
  std::string expression;  ///< SQL of the embedded engine and of Athena.
};

/// An answer for each measure: whole numbers and decimals as text; nothing where nobody
/// asked, "" for the sum of no value at all.
using MeasureValues = std::vector<std::optional<std::string>>;

/// All measures of the columns of a table's files.
std::vector<TableMeasure> MeasuresOf(const arrow::Schema& schema);

/// One SELECT of one row of texts, in the order of `measures`, that the embedded engine
/// and Athena both understand. `table` is the one name.
std::string MeasureSql(const std::string& table, std::span<const TableMeasure> measures);

}  // namespace carmilla
