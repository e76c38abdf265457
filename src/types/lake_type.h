#pragma once

#include <string>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace carmilla {

/// How a column of an Arrow type is stored and registered.
struct LakeType {
  std::string parquet;  ///< For people and docs: `INT64 TIMESTAMP(MICROS, UTC)`.
  std::string glue;     ///< Hive type as Athena spells it: `decimal(12,2)`.
};

/// Describes a type that MapType or MapDeclared can produce too; kUnsupportedType for any
/// other.
arrow::Result<LakeType> LakeTypeOf(const arrow::DataType& type);

}  // namespace carmilla
