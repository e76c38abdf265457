#pragma once

#include <cstdint>
#include <memory>

#include "postgres/column_buffers.h"
#include "postgres/column_decoder.h"

namespace carmilla {

/// Decodes what vector_send of pgvector (src/vector.c) writes into a list of floats: the
/// number of dimensions, an unused number, then the floats.
class FloatListDecoder final : public ColumnDecoder {
 public:
  FloatListDecoder(std::shared_ptr<arrow::DataType> type, DecoderContext context);

  arrow::Status Reserve(int64_t rows) override;
  int64_t Append(FieldColumn fields) override;
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override;

 private:
  arrow::Status Take(const char* field);
  int32_t* Offsets() const;

  std::shared_ptr<arrow::DataType> type_;
  DecoderContext context_;
  GrowingBuffer offsets_;
  GrowingBuffer floats_;
  ValidityBitmap validity_;
  int64_t length_ = 0;
  int64_t num_floats_ = 0;
};

}  // namespace carmilla
