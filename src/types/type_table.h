#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

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
  kMoney,
  kVector,       ///< It has one of the row's oids: an array in all but its name.
  kExtension,    ///< It is one of the row's names in the row's extension.
  kGeometry,     ///< As kExtension, of one SRID; read through the extension's function.
  kAnyGeometry,  ///< One without an SRID of its type.
  kEnum,
  kArray,
  kDomain,
  kComposite,
  kRange,
  kMultirange,
};

/// 0 is none.
using RowOids = std::array<uint32_t, 13>;
using RowNames = std::array<std::string_view, 8>;
using ArrowTypeFunction = const std::shared_ptr<arrow::DataType>& (*)();

/// One row of the table: what people read, whom it is for, and what it does.
struct MappingRow {
  TypeTableRow text;
  RowRule rule = RowRule::kOid;
  RowOids oids{};
  WireForm wire = WireForm::kText;
  /// Null where the Arrow type follows from the typmod or from a part.
  ArrowTypeFunction arrow_type = nullptr;
  /// The server prints it by the type's output function, because the binary form is
  /// missing, undocumented or depends on the version.
  bool is_server_text = false;
  std::string_view extension;  ///< kExtension, kGeometry.
  RowNames names{};            ///< Of its types.
};

/// Returns the table that MapType applies and whose texts are TypeTable().
std::span<const MappingRow> MappingRows();

}  // namespace carmilla
