#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <arrow/type.h>

#include "postgres/copy_column.h"

namespace carmilla {

/// Test support: columns as a plan makes them.
inline CopyColumn Column(const std::string& name, WireForm wire,
                         std::shared_ptr<arrow::DataType> type) {
  return {.name = name, .mapping = {.wire = wire, .arrow_type = std::move(type)}};
}

/// Called `decimal<precision>`.
inline CopyColumn DecimalColumn(int32_t precision, int32_t scale) {
  CopyColumn column =
      Column("decimal" + std::to_string(precision), WireForm::kNumericDecimal,
             arrow::smallest_decimal(precision, scale));
  column.mapping.precision = precision;
  column.mapping.scale = scale;
  return column;
}

inline CopyColumn ListOf(const std::string& name, const CopyColumn& element) {
  CopyColumn column =
      Column(name, WireForm::kList, arrow::list(element.mapping.arrow_type));
  column.mapping.parts = {element.mapping};
  return column;
}

}  // namespace carmilla
