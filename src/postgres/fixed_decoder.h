#pragma once

#include <memory>

#include "postgres/column_decoder.h"

namespace carmilla {

/// Makes decoders of numbers, decimals, dates, timestamps and booleans: one value of
/// fixed width in Arrow per row. Null for other wire forms.
std::unique_ptr<ColumnDecoder> MakeFixedDecoder(const TypeMapping& mapping,
                                                DecoderContext context);

}  // namespace carmilla
