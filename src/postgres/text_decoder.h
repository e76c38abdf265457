#pragma once

#include <memory>

#include "postgres/column_decoder.h"

namespace carmilla {

/// Makes decoders whose Arrow value is a string or binary. Null for other wire forms.
std::unique_ptr<ColumnDecoder> MakeTextDecoder(const TypeMapping& mapping,
                                               DecoderContext context);

}  // namespace carmilla
