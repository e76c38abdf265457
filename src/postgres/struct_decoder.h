#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "postgres/column_buffers.h"
#include "postgres/column_decoder.h"
#include "postgres/nested_parts.h"

namespace carmilla {

/// Bytes that a NULL of `mapping` takes in memory; `with_composites`: with those of
/// composites within, which count themselves, a composite's own members among them.
int64_t BytesOfNull(const TypeMapping& mapping, bool with_composites);

/// Decodes what record_send writes into a struct. Members of a NULL are NULL too.
class StructDecoder final : public ColumnDecoder {
 public:
  /// Members of other types than `mapping` tells are kRelationChanged: the type was
  /// altered since it was planned.
  StructDecoder(const TypeMapping& mapping,
                std::vector<std::unique_ptr<ColumnDecoder>> members,
                DecoderContext context);

  arrow::Status Reserve(int64_t rows) override;
  int64_t Append(FieldColumn fields) override;
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override;

 private:
  arrow::Status Take(const char* bytes, const char* field);
  arrow::Status TakeNull();
  arrow::Status TakeMembers(const char* bytes, const char* next, const char* end);

  std::shared_ptr<arrow::DataType> type_;
  std::vector<uint32_t> oids_;
  NestedParts members_;
  DecoderContext context_;
  int64_t bytes_of_null_;  ///< That go to the meter.
  ValidityBitmap validity_;
};

}  // namespace carmilla
