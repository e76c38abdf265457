#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "lake/manifest.h"

namespace carmilla {

/// What is said of columns of a model, by their names.
using ColumnDescriptions = std::vector<std::pair<std::string, std::string>>;

/// The names that columns called `names` have in the table of a model. kConfiguration for
/// names that no table of the lake can have, and for a description of a column that is
/// none. In a lake with a catalog, names are those that Athena knows.
arrow::Result<std::vector<std::string>> ModelColumnNames(
    const std::vector<std::string>& names, const ColumnDescriptions& descriptions,
    bool has_catalog);

/// The columns of the table of a model whose rows are `schema`. kConfiguration as
/// ModelColumnNames; kUnsupportedType names a column that no table of a lake can hold.
arrow::Result<std::vector<ManifestColumn>> DescribeModelColumns(
    const arrow::Schema& schema, const ColumnDescriptions& descriptions,
    bool has_catalog);

/// `rows` of an engine with the names and types of such a table, `schema`: bytes that
/// the engine hands out as views are copied.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> AsModelRows(
    const arrow::RecordBatch& rows, const std::shared_ptr<arrow::Schema>& schema);

}  // namespace carmilla
