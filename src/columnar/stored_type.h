#pragma once

#include <memory>

#include <arrow/array/data.h>
#include <arrow/type_fwd.h>

namespace carmilla {

/// Returns `schema` as files hold it: every column, and everything inside of one but the
/// keys of maps, is nullable, so that files written before and after a dropped NOT NULL
/// stay readable together; no metadata.
std::shared_ptr<arrow::Schema> StoredSchema(const arrow::Schema& schema);

/// Whether values of both types are the same in memory: the names of what is nested, what
/// may be NULL, and the zones of timestamps may differ, and one may be an extension of
/// the other. `codes_as_values`: codes on the left, dictionary<int32, T>, count as T.
bool HasSameLayout(const arrow::DataType& left, const arrow::DataType& right,
                   bool codes_as_values = false);

/// Returns `data` under `type`, which has the same layout. Copies no values.
std::shared_ptr<arrow::ArrayData> WithType(const arrow::ArrayData& data,
                                           const std::shared_ptr<arrow::DataType>& type);

}  // namespace carmilla
