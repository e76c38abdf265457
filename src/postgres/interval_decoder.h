#pragma once

#include <memory>

#include "postgres/column_buffers.h"
#include "postgres/column_decoder.h"

namespace carmilla {

/// Decodes what interval_send writes into a struct of months, days and microseconds.
class IntervalDecoder final : public ColumnDecoder {
 public:
  IntervalDecoder(std::shared_ptr<arrow::DataType> type, DecoderContext context);

  arrow::Status Reserve(int64_t rows) override;
  int64_t Append(FieldColumn fields) override;
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override;

 private:
  arrow::Status Take(const char* field);

  std::shared_ptr<arrow::DataType> type_;
  DecoderContext context_;
  GrowingBuffer months_;
  GrowingBuffer days_;
  GrowingBuffer micros_;
  ValidityBitmap validity_;
  int64_t length_ = 0;
};

}  // namespace carmilla
