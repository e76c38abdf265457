#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "transform/json_extractor.h"
#include "types/column_mask.h"
#include "types/json_derivation.h"

namespace carmilla {

/// Where one column of the files comes from.
struct ColumnTransform {
  std::string name;
  std::shared_ptr<arrow::DataType> type;  ///< Of the column as it is written.
  int source = -1;          ///< Column of the batches that are read; -1: all NULL.
  std::string source_name;  ///< For messages.
  /// What is taken from the JSON in `source`, which then holds strings.
  std::optional<JsonDerivation> derivation;
  JsonTrust trust = JsonTrust::kNone;  ///< Of that JSON.
  /// kHmacSha256 and kTruncate are for strings, after the derivation.
  std::optional<ColumnMask> mask;
};

/// Turns batches as they are read into batches as they are written: columns left out,
/// made from JSON, masked. Rows keep their order and number.
///
/// Errors: kData for a value that does not fit its type where on_misfit is `error`, with
/// the column, the path and the line of configuration that makes it NULL, never the
/// value. Memory: one batch of the new columns, and the largest document. One thread at a
/// time.
class BatchTransform {
 public:
  /// `mask_key` is needed where a mask is kHmacSha256.
  static arrow::Result<std::unique_ptr<BatchTransform>> Make(
      std::vector<ColumnTransform> columns, std::string_view mask_key);
  ~BatchTransform();
  BatchTransform(const BatchTransform&) = delete;
  BatchTransform& operator=(const BatchTransform&) = delete;

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Apply(
      const arrow::RecordBatch& batch);

  /// Cells that on_misfit made NULL so far, by column of the files.
  const std::vector<int64_t>& misfits() const;

 private:
  class Impl;
  explicit BatchTransform(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace carmilla
