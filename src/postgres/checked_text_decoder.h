#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "postgres/column_decoder.h"

namespace carmilla {

/// Decodes text that the server did not check, from a database that does not know its
/// encoding: what is no UTF-8 goes by on_invalid_utf8.
class CheckedTextDecoder final : public ColumnDecoder {
 public:
  /// `text` takes what is UTF-8.
  CheckedTextDecoder(std::unique_ptr<ColumnDecoder> text, DecoderContext context);

  arrow::Status Reserve(int64_t rows) override { return text_->Reserve(rows); }
  int64_t Append(FieldColumn fields) override;
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    return text_->Finish();
  }

 private:
  std::unique_ptr<ColumnDecoder> text_;
  DecoderContext context_;
  std::vector<uint32_t> places_;
};

}  // namespace carmilla
