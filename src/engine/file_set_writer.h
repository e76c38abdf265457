#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/io/type_fwd.h>
#include <arrow/result.h>

#include "columnar/parquet_writer.h"
#include "engine/destination.h"
#include "engine/partition_split.h"
#include "engine/table_plan.h"
#include "stream/batch_source.h"
#include "stream/data_file.h"

namespace carmilla {

/// Partitions that one writer keeps open; each has its own row group.
inline constexpr size_t kMaxOpenPartitions = 16;

/// Writes the batches of one scan unit into files: a new file for every range, or one
/// file for all when the table is a single file; times the partitions that the rows fall
/// into. Every file is proven as TablePlan::proof says before Finish returns it.
///
/// Files of a lake are invisible until a manifest names them, so what is proven is what
/// the store holds under their keys. A plain file is proven before it gets its name and
/// replaces an older one. A writer that is destroyed before Finish leaves nothing else to
/// see. One thread at a time.
class FileSetWriter {
 public:
  /// `plan` and `destination` must outlive the writer. `row_group_bytes` is the share of
  /// memory of this writer.
  FileSetWriter(const TablePlan& plan, const Destination& destination,
                int64_t row_group_bytes);
  ~FileSetWriter();

  arrow::Status Write(const SourceBatch& batch, const std::stop_token& stop);

  /// Writes rows that all belong to one partition, "" in a table without, whatever they
  /// hold. A file that has reached TablePlan::file_bytes is followed by another. All rows
  /// of the writer come one way or the other.
  arrow::Status WritePartition(const arrow::RecordBatch& rows,
                               const std::string& partition, const std::stop_token& stop);

  /// Completes the open files; returns all files in order. A single file without rows is
  /// written too, so that its reader finds it.
  arrow::Result<std::vector<DataFile>> Finish(const std::stop_token& stop);

 private:
  struct OpenFile;

  arrow::Status WriteSlice(const arrow::RecordBatch& rows, const std::string& partition,
                           const std::stop_token& stop);
  arrow::Result<OpenFile*> FileFor(const std::string& partition,
                                   const std::stop_token& stop);
  arrow::Status Open(const std::string& partition);
  arrow::Status Close(OpenFile& file, const std::stop_token& stop);
  arrow::Status CloseIfFull(const std::string& partition, const std::stop_token& stop);
  arrow::Status CommitProven(OpenFile& file, const DataFile& written,
                             const std::stop_token& stop);
  arrow::Status ProveThenCommit(OpenFile& file, const DataFile& written,
                                const std::stop_token& stop);
  arrow::Status CloseAll(const std::stop_token& stop);
  arrow::Status MakeRoom(const std::stop_token& stop);
  ParquetWriterOptions WriterOptions() const;

  const TablePlan& plan_;
  const Destination& destination_;
  int64_t row_group_bytes_;
  std::shared_ptr<arrow::Schema> schema_;
  const bool has_names_of_its_own_;  ///< Other than the source's.
  PartitionSplit split_;
  int32_t range_ = -1;
  int64_t uses_ = 0;
  std::map<std::string, std::unique_ptr<OpenFile>> open_;  // by partition value
  std::map<std::string, int> pieces_;  // files begun in this range, by partition value
  std::vector<DataFile> files_;
};

}  // namespace carmilla
