#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "postgres/column_buffers.h"
#include "postgres/column_decoder.h"
#include "postgres/nested_parts.h"

namespace carmilla {

/// Decodes what range_send writes into a struct of RangeType.
class RangeDecoder final : public ColumnDecoder {
 public:
  /// `bounds` decode the lower and the upper one.
  RangeDecoder(std::shared_ptr<arrow::DataType> type,
               std::vector<std::unique_ptr<ColumnDecoder>> bounds,
               DecoderContext context);

  arrow::Status Reserve(int64_t rows) override;
  int64_t Append(FieldColumn fields) override;
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override;

 private:
  arrow::Status Take(const char* bytes, const char* field);
  arrow::Status TakeBounds(const char* bytes, uint8_t flags, const char* next,
                           const char* end);

  std::shared_ptr<arrow::DataType> type_;
  NestedParts bounds_;
  DecoderContext context_;
  ValidityBitmap validity_;
  FlagBuffer lower_inc_;
  FlagBuffer upper_inc_;
  FlagBuffer empty_;
};

}  // namespace carmilla
