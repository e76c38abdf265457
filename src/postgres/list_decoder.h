#pragma once

#include <cstdint>
#include <memory>
#include <vector>

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
  int64_t Append(FieldColumn fields) override;
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override;

 private:
  arrow::Status Take(const char* bytes, const char* field);
  arrow::Result<int32_t> ReadShape(const char* value, int32_t size) const;
  arrow::Status TakeElements(const char* bytes, const char* next, const char* end,
                             int32_t count);
  arrow::Status DecodeElements(const char* bytes);
  int64_t RowOf(int64_t element) const;
  int32_t* Offsets() const;

  std::shared_ptr<arrow::DataType> type_;
  std::unique_ptr<ColumnDecoder> element_;
  DecoderContext context_;
  GrowingBuffer offsets_;
  ValidityBitmap validity_;
  int64_t length_ = 0;
  int64_t num_elements_ = 0;  // of the rows taken so far
  int64_t num_decoded_ = 0;   // of those
  int64_t element_room_ = 0;
  std::vector<uint32_t> places_;  // of the elements that are not yet decoded
};

}  // namespace carmilla
