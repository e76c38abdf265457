#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "postgres/column_decoder.h"
#include "postgres/copy_reader.h"
#include "postgres/range_cursor.h"
#include "postgres/range_markers.h"
#include "postgres/row_stream.h"

namespace carmilla {

/// Decodes the rows of a copy into batches and cuts them: never across ranges, and inside
/// a range by what its own rows are. Trusts nothing that the server sends.
///
/// Rows are decoded a few at a time, column by column, and taken apart on the way. What
/// is wrong is told as if each row had been taken apart and decoded before the next one
/// was looked at.
class BatchAssembler {
 public:
  static arrow::Result<std::unique_ptr<BatchAssembler>> Make(CopyRequest request,
                                                             int32_t server_version);

  /// Reads `stream`, always the same one, up to the end of a batch.
  arrow::Result<std::optional<SourceBatch>> Next(RowStream& stream,
                                                 const std::stop_token& stop);

  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  /// Of the copy format, without the messages' own headers.
  int64_t wire_bytes() const { return wire_bytes_; }
  const std::vector<PolicyCounts>& policy_counts() const { return counts_; }

 private:
  /// One row, as far as needed to decide where it belongs.
  struct Row {
    std::string_view fields;  ///< Of the columns, without ctid.
    int32_t range = 0;
  };

  explicit BatchAssembler(CopyRequest request);

  arrow::Status TakeMessage(std::string_view message);
  arrow::Status CheckEnd(const RowStream& stream) const;
  arrow::Status TakeTrailer(std::string_view message, int16_t num_fields);
  arrow::Status TakeCtid();
  arrow::Status LocateBlock(uint32_t block);
  arrow::Status RowTooLarge() const;

  bool FitsBatch() const;
  bool IsLargeRow() const;
  void StartBatch();
  void AddRows(int64_t rows, int64_t bytes);
  arrow::Status TakeRow();
  template <typename IsAlike>
  void TakeRowsWhile(const IsAlike& is_alike);
  void TakeRowsAlike();
  std::string_view ProblemOfLengths(int64_t waiting_row) const;
  arrow::Status DecodeRows();
  arrow::Status MakeRoom();
  arrow::Status AfterRowsBefore(const arrow::Status& status);
  arrow::Status Explain(const arrow::Status& status, int64_t number,
                        const char* fields) const;
  arrow::Result<SourceBatch> FinishBatch();
  arrow::Result<std::optional<SourceBatch>> FinishLargeRow();
  std::string Reading() const;
  std::string RowPlace(int64_t number, const char* fields) const;

  const CopyRequest request_;
  const int64_t max_row_bytes_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<PolicyCounts> counts_;
  ExpansionMeter expansion_;
  std::vector<std::unique_ptr<ColumnDecoder>> decoders_;
  std::optional<RangeCursor> cursor_;  ///< Set when ctid is selected.
  const int64_t slack_;                ///< Bytes behind a message that may be read.
  RangeMarkers markers_;               ///< None when ctid is selected.

  /// Rows that are decoded together, column by column.
  int64_t most_waiting_rows_ = 0;

  int16_t num_fields_ = 0;        ///< Of a row, ctid included.
  int64_t row_header_bytes_ = 0;  ///< Before the columns' fields.
  bool has_header_ = false;
  bool has_trailer_ = false;
  int64_t rows_read_ = 0;
  int64_t wire_bytes_ = 0;

  MessageBlock block_;
  size_t next_message_ = 0;
  Row row_;
  bool has_row_ = false;  ///< row_ is read and not yet in a batch.
  /// Of rows that are in the batch, but not yet decoded: where in block_ their fields
  /// begin and end.
  std::vector<uint32_t> begins_;
  std::vector<uint32_t> ends_;
  int64_t waiting_rows_ = 0;
  std::vector<uint32_t> places_;  ///< While they are decoded: of their next fields.
  int32_t batch_range_ = 0;
  int64_t batch_rows_ = 0;
  int64_t batch_bytes_ = 0;
  int64_t room_ = 0;           ///< Rows that the decoders have room for.
  int64_t expected_rows_ = 0;  ///< Of a batch.
};

}  // namespace carmilla
