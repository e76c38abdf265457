#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <utility>

#include <arrow/result.h>

#include "postgres/session.h"
#include "types/table_description.h"

namespace carmilla {

/// Columns (oid of the table, attnum) of `tables` by which the server finds a range of
/// values quickly: the first of a complete, valid B-tree or block range index. Reads the
/// catalog only, in one query.
arrow::Result<std::set<std::pair<uint32_t, int16_t>>> ReadIndexedColumns(
    Session& session, std::span<const TableDescription> tables);

}  // namespace carmilla
