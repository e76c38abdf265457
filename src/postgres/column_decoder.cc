#include "postgres/column_decoder.h"

#include <utility>

#include <arrow/type.h>

#include "core/error.h"
#include "postgres/fixed_decoder.h"
#include "postgres/list_decoder.h"
#include "postgres/text_decoder.h"

namespace carmilla {
namespace {

constexpr int32_t kMaxPrecision = 38;

arrow::Status NoDecoder(const DecoderContext& context) {
  return MakeError(ErrorKind::kBug,
                   "column \"" + context.column + "\": no decoder for its mapping");
}

arrow::Result<std::unique_ptr<ColumnDecoder>> MakeListDecoder(const TypeMapping& mapping,
                                                              DecoderContext context) {
  if (!mapping.element) return NoDecoder(context);
  ARROW_ASSIGN_OR_RAISE(auto element, MakeColumnDecoder(*mapping.element, context));
  return std::make_unique<ListDecoder>(mapping.arrow_type, std::move(element),
                                       std::move(context));
}

}  // namespace

arrow::Result<std::unique_ptr<ColumnDecoder>> MakeColumnDecoder(
    const TypeMapping& mapping, DecoderContext context) {
  const bool is_impossible_decimal =
      mapping.wire == WireForm::kNumericDecimal &&
      (mapping.precision < 1 || mapping.precision > kMaxPrecision);
  if (!mapping.arrow_type || is_impossible_decimal) return NoDecoder(context);
  if (mapping.wire == WireForm::kList)
    return MakeListDecoder(mapping, std::move(context));
  if (auto decoder = MakeFixedDecoder(mapping, context)) return decoder;
  if (auto decoder = MakeTextDecoder(mapping, context)) return decoder;
  return NoDecoder(context);
}

}  // namespace carmilla
