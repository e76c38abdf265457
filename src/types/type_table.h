#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include <arrow/type_fwd.h>

#include "types/type_mapping.h"

namespace carmilla {

/// What makes a type belong to a row.
enum class RowRule : uint8_t {
  kOid,                   ///< It has one of the row's oids.
  kDecimal,               ///< numeric(p,s), 0 <= s <= p.
  kDecimalNegativeScale,  ///< numeric(p,s), s < 0.
  kDecimalFraction,       ///< numeric(p,s), s > p.
  kNumericText,           ///< A numeric that no decimal can hold.
  kEnum,
  kArray,
  kDomain,
};

/// Up to three oids; 0 is none.
using RowOids = std::array<uint32_t, 3>;
using ArrowTypeFunction = const std::shared_ptr<arrow::DataType>& (*)();

/// One row of the table: what people read, whom it is for, and what it does.
struct MappingRow {
  TypeTableRow text;
  RowRule rule = RowRule::kOid;
  RowOids oids{};
  WireForm wire = WireForm::kText;
  /// Null where the Arrow type follows from the typmod or from a part.
  ArrowTypeFunction arrow_type = nullptr;
};

/// Returns the table that MapType applies and whose texts are TypeTable().
std::span<const MappingRow> MappingRows();

}  // namespace carmilla
