#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "columnar/parquet_writer.h"
#include "postgres/copy_column.h"
#include "postgres/row_stream.h"

namespace carmilla {

/// The rows of one table as a server sent them, cut into messages, and what the catalog
/// said of its columns. `record.py` makes recordings.
class Recording {
 public:
  /// Reads FOLDER/NAME.copy and FOLDER/NAME.json.
  static arrow::Result<Recording> Load(const std::string& folder,
                                       const std::string& name);

  const std::vector<CopyColumn>& columns() const { return columns_; }
  const std::vector<ColumnHint>& hints() const { return hints_; }
  /// Of the copy protocol: the header with the first row, rows, the trailer. Valid as
  /// long as the recording.
  const std::vector<std::string_view>& messages() const { return messages_; }
  int64_t rows() const { return static_cast<int64_t>(messages_.size()) - 1; }
  int64_t bytes() const { return static_cast<int64_t>(contents_.size()); }

 private:
  arrow::Status ReadColumns(const std::string& path);
  arrow::Status CutIntoMessages();

  std::string contents_;
  std::vector<CopyColumn> columns_;
  std::vector<ColumnHint> hints_;
  std::vector<std::string_view> messages_;
};

/// Plays a recording, which must outlive it, once.
class RecordingStream : public RowStream {
 public:
  explicit RecordingStream(const Recording& recording) : recording_(recording) {}

  arrow::Status Fill(MessageBlock& block, const std::stop_token&) override {
    const auto& messages = recording_.messages();
    block.Clear();
    while (next_ < messages.size() && block.WantsMore()) {
      ARROW_RETURN_NOT_OK(block.Add(messages[next_++]));
    }
    return arrow::Status::OK();
  }
  int64_t reported_rows() const override { return recording_.rows(); }

 private:
  const Recording& recording_;
  size_t next_ = 0;
};

}  // namespace carmilla
