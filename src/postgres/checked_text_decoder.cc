#include "postgres/checked_text_decoder.h"

#include <utility>

#include <arrow/util/utf8.h>

#include "postgres/copy_format.h"
#include "postgres/decoding_error.h"

namespace carmilla {

CheckedTextDecoder::CheckedTextDecoder(std::unique_ptr<ColumnDecoder> text,
                                       DecoderContext context)
    : text_(std::move(text)), context_(std::move(context)) {
  arrow::util::InitializeUTF8();
}

int64_t CheckedTextDecoder::Append(FieldColumn fields) {
  places_.clear();
  const char* const bytes = fields.bytes;
  const bool takes_null = context_.policies.on_invalid_utf8 == ValuePolicy::kNull &&
                          !context_.is_bound && !context_.is_key;
  arrow::Status refused;
  for (int64_t row = 0; row < fields.num_rows; ++row) {
    const char* const field = fields.Take(row);
    if (field == nullptr) {
      refused = ImpossibleLength();
      break;
    }
    const int32_t size = LoadInt32(field);
    const auto* const text = reinterpret_cast<const uint8_t*>(field) + kCopyLengthBytes;
    const bool is_valid = size < 0 || arrow::util::ValidateUTF8(text, size);
    if (!is_valid && !takes_null) {
      refused = RefusedByPolicy(context_, "text that is no UTF-8", "on_invalid_utf8");
      break;
    }
    if (!is_valid) ++context_.counts->invalid_utf8;
    places_.push_back(is_valid ? static_cast<uint32_t>(field - bytes)
                               : FieldColumn::kNullPlace);
  }
  const auto num_taken = static_cast<int64_t>(places_.size());
  const int64_t rows =
      text_->Append({.bytes = bytes, .places = places_.data(), .num_rows = num_taken});
  Succeeds(rows < num_taken ? text_->error() : std::move(refused));
  return rows;
}

}  // namespace carmilla
