#pragma once

#include <cstdint>
#include <string_view>

#include <arrow/status.h>

#include "postgres/column_decoder.h"

namespace carmilla {

/// kCorruptData: the server sent bytes that do not follow its own format.
arrow::Status MalformedValue(const DecoderContext& context, std::string_view problem);

/// kCorruptData: a field has an impossible length. Who takes the row apart tells more.
arrow::Status ImpossibleLength();

/// kCorruptData: a value of fixed width has another one.
arrow::Status WrongWidth(const DecoderContext& context, int32_t size, int32_t expected);

/// kData: the column holds `what` (a class of values, never one), which `policy` refuses.
/// The hint is the line of configuration that makes it NULL; or text if it is a bound of
/// a range or a key, which no policy makes NULL. `also` names another choice, or is
/// empty.
arrow::Status RefusedByPolicy(const DecoderContext& context, std::string_view what,
                              std::string_view policy, std::string_view also = "");

/// kRelationChanged: a composite has other members than its type had.
arrow::Status ChangedComposite(const DecoderContext& context);

/// kData: the column holds an array that a list cannot be.
arrow::Status RefusedShape(const DecoderContext& context, std::string_view what);

/// kRowTooLarge: `problem` about a value that is too large for Arrow or for memory.
arrow::Status ValueTooLarge(const DecoderContext& context, std::string_view problem);

/// Adds `bytes` to the meter of `context`; kRowTooLarge beyond its limit.
arrow::Status CountExpansion(const DecoderContext& context, int64_t bytes);

}  // namespace carmilla
