#pragma once

#include <memory>

#include "postgres/column_buffers.h"
#include "postgres/column_decoder.h"

namespace carmilla {

/// Decodes what array_send writes, if it has one dimension that begins at 1 or is empty,
/// into a list. Any other shape is kData: flattened it would no longer be the value.
class ListDecoder final : public ColumnDecoder {
 public:
  /// `element` decodes the elements; its context counts for the same column.
  ListDecoder(std::shared_ptr<arrow::DataType> type,
              std::unique_ptr<ColumnDecoder> element, DecoderContext context);

  arrow::Status Reserve(int64_t rows) override;
  bool Append(const char* value, int32_t size) override;
  bool AppendNull() override;
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override;

 private:
  arrow::Status AppendList(const char* value, int32_t size);
  arrow::Result<int32_t> ReadShape(const char* value, int32_t size) const;
  arrow::Status AppendElements(const char* next, const char* end, int32_t count);
  void SetOffset(int64_t row);

  std::shared_ptr<arrow::DataType> type_;
  std::unique_ptr<ColumnDecoder> element_;
  DecoderContext context_;
  GrowingBuffer offsets_;
  ValidityBitmap validity_;
  int64_t length_ = 0;
  int64_t num_elements_ = 0;
  int64_t element_room_ = 0;
};

}  // namespace carmilla
