#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "postgres/column_buffers.h"
#include "postgres/column_decoder.h"
#include "postgres/nested_parts.h"

namespace carmilla {

/// What stands before the elements of a list.
enum class ListHeader : uint8_t {
  kArray,           ///< array_send; one dimension from 1 on, or empty.
  kZeroBasedArray,  ///< The same from 0 on: int2vector, oidvector.
  kCount,           ///< multirange_send, hstore_send: the number of elements.
};

/// Decodes lists and maps. What becomes of an array of any other shape says
/// on_array_shape.
class ListDecoder final : public ColumnDecoder {
 public:
  /// `parts` decode the elements of a list, or keys and values of a map; their context
  /// counts for the same column.
  ListDecoder(std::shared_ptr<arrow::DataType> type, ListHeader header,
              std::vector<std::unique_ptr<ColumnDecoder>> parts, DecoderContext context);

  arrow::Status Reserve(int64_t rows) override;
  int64_t Append(FieldColumn fields) override;
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override;

 private:
  /// The elements of one list, and how many there are. Without a beginning it is NULL.
  struct Elements {
    const char* begin = nullptr;
    int32_t count = 0;
  };

  arrow::Status Take(const char* bytes, const char* field);
  arrow::Result<Elements> ReadCount(const char* value, int32_t size) const;
  arrow::Result<Elements> ReadShape(const char* value, int32_t size) const;
  arrow::Result<Elements> TakeOtherShape(std::string_view what, Elements elements) const;
  arrow::Status TakeElements(const char* bytes, Elements elements, const char* end);
  int64_t RowOf(int64_t element) const;
  int32_t* Offsets() const;

  std::shared_ptr<arrow::DataType> type_;
  ListHeader header_;
  NestedParts elements_;
  DecoderContext context_;
  GrowingBuffer offsets_;
  ValidityBitmap validity_;
  int64_t length_ = 0;
};

}  // namespace carmilla
