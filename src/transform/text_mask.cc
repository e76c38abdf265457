#include "transform/text_mask.h"

#include <arrow/array.h>
#include <arrow/builder.h>

namespace carmilla {

std::string_view FirstCharacters(std::string_view text, int32_t count) {
  constexpr unsigned char kContinuationMask = 0xC0;
  constexpr unsigned char kContinuation = 0x80;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool begins_character = (byte & kContinuationMask) != kContinuation;
    if (begins_character && count-- == 0) return text.substr(0, i);
  }
  return text;
}

arrow::Result<std::shared_ptr<arrow::Array>> ApplyTextMask(const arrow::Array& values,
                                                           const ColumnMask& mask,
                                                           HmacSha256* hmac) {
  const auto& texts = static_cast<const arrow::StringArray&>(values);
  arrow::StringBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(texts.length()));
  for (int64_t row = 0; row < texts.length(); ++row) {
    if (texts.IsNull(row)) {
      builder.UnsafeAppendNull();
    } else if (mask.kind == MaskKind::kHmacSha256) {
      ARROW_ASSIGN_OR_RAISE(const HmacSha256::Digits digits,
                            hmac->Compute(texts.GetView(row)));
      ARROW_RETURN_NOT_OK(builder.Append({digits.data(), digits.size()}));
    } else {
      ARROW_RETURN_NOT_OK(
          builder.Append(FirstCharacters(texts.GetView(row), mask.characters)));
    }
  }
  return builder.Finish();
}

}  // namespace carmilla
