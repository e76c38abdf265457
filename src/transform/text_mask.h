#pragma once

#include <memory>
#include <string_view>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "core/hmac_sha256.h"
#include "types/column_mask.h"

namespace carmilla {

/// Returns the first `count` code points of `text`, which is UTF-8.
std::string_view FirstCharacters(std::string_view text, int32_t count);

/// Replaces every value of a column of strings as `mask` (kHmacSha256 or kTruncate) says;
/// NULL stays NULL. `hmac` may be null for kTruncate.
arrow::Result<std::shared_ptr<arrow::Array>> ApplyTextMask(const arrow::Array& values,
                                                           const ColumnMask& mask,
                                                           HmacSha256* hmac);

}  // namespace carmilla
