#include "engine/file_set_writer.h"

#include <algorithm>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "core/error.h"
#include "engine/proven_file.h"

namespace carmilla {
namespace {

/// In the single-file layout every partition's file stays open until the end.
constexpr size_t kMaxSingleFilePartitions = 64;
/// A partition that was closed for want of room, or was full, gets another file: its
/// index is that of its range plus a multiple of this; the next one without ranges.
constexpr int kPieceStride = 1'000'000;
constexpr int kMaxPieces = 2'000;

}  // namespace

struct FileSetWriter::OpenFile {
  DataFile place;  // key and partition
  std::string store_key;
  std::unique_ptr<ObjectWriter> object;
  std::unique_ptr<ParquetWriter> parquet;
  int64_t last_use = 0;
};

FileSetWriter::FileSetWriter(const TablePlan& plan, const Destination& destination,
                             int64_t row_group_bytes)
    : plan_(plan),
      destination_(destination),
      row_group_bytes_(row_group_bytes),
      schema_(SchemaOf(plan)),
      has_names_of_its_own_(std::ranges::any_of(plan.columns,
                                                [](const ColumnPlan& column) {
                                                  return column.WrittenName() !=
                                                         column.description.name;
                                                })),
      split_(plan) {}

FileSetWriter::~FileSetWriter() {
  for (auto& [partition, file] : open_) file->parquet->Abort();
}

arrow::Status FileSetWriter::Write(const SourceBatch& batch,
                                   const std::stop_token& stop) {
  if (batch.range != range_ && !plan_.is_single_file) {
    ARROW_RETURN_NOT_OK(CloseAll(stop));
    pieces_.clear();
  }
  if (batch.range != range_) range_ = batch.range;
  ARROW_ASSIGN_OR_RAISE(auto parts, split_.Split(batch.rows));
  for (const PartitionSplit::Part& part : parts) {
    ARROW_RETURN_NOT_OK(WriteSlice(*part.rows, part.value, stop));
  }
  return arrow::Status::OK();
}

arrow::Status FileSetWriter::WritePartition(const arrow::RecordBatch& rows,
                                            const std::string& partition,
                                            const std::stop_token& stop) {
  range_ = 0;
  ARROW_RETURN_NOT_OK(WriteSlice(rows, partition, stop));
  return plan_.file_bytes > 0 ? CloseIfFull(partition, stop) : arrow::Status::OK();
}

arrow::Status FileSetWriter::CloseIfFull(const std::string& partition,
                                         const std::stop_token& stop) {
  const auto found = open_.find(partition);
  ARROW_ASSIGN_OR_RAISE(const int64_t stored_bytes, found->second->object->Tell());
  if (stored_bytes < plan_.file_bytes) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(Close(*found->second, stop));
  open_.erase(found);
  return arrow::Status::OK();
}

arrow::Result<std::vector<DataFile>> FileSetWriter::Finish(const std::stop_token& stop) {
  if (plan_.is_single_file && !plan_.partition_by && files_.empty() && open_.empty()) {
    range_ = 0;
    ARROW_RETURN_NOT_OK(Open(""));
  }
  ARROW_RETURN_NOT_OK(CloseAll(stop));
  return std::move(files_);
}

arrow::Status FileSetWriter::WriteSlice(const arrow::RecordBatch& rows,
                                        const std::string& partition,
                                        const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(OpenFile * file, FileFor(partition, stop));
  file->last_use = ++uses_;
  // Rows come under the source's names.
  if (!has_names_of_its_own_) return file->parquet->Write(rows);
  ARROW_ASSIGN_OR_RAISE(const auto renamed, rows.ReplaceSchema(schema_));
  return file->parquet->Write(*renamed);
}

arrow::Result<FileSetWriter::OpenFile*> FileSetWriter::FileFor(
    const std::string& partition, const std::stop_token& stop) {
  auto found = open_.find(partition);
  if (found == open_.end()) {
    ARROW_RETURN_NOT_OK(MakeRoom(stop));
    ARROW_RETURN_NOT_OK(Open(partition));
    found = open_.find(partition);
  }
  return found->second.get();
}

arrow::Status FileSetWriter::MakeRoom(const std::stop_token& stop) {
  if (plan_.is_single_file && open_.size() >= kMaxSingleFilePartitions) {
    return MakeError(ErrorKind::kUnsupported,
                     "writing " + plan_.name +
                         ": more partitions than the stable layout "
                         "keeps open: " +
                         std::to_string(kMaxSingleFilePartitions),
                     "use `layout: versioned` or larger windows");
  }
  if (plan_.is_single_file || open_.size() < kMaxOpenPartitions)
    return arrow::Status::OK();
  const auto oldest = std::ranges::min_element(
      open_, {}, [](const auto& entry) { return entry.second->last_use; });
  ARROW_RETURN_NOT_OK(Close(*oldest->second, stop));
  open_.erase(oldest);
  return arrow::Status::OK();
}

ParquetWriterOptions FileSetWriter::WriterOptions() const {
  ParquetWriterOptions options{.compression = plan_.compression,
                               .row_group_bytes = row_group_bytes_};
  if (plan_.partition_by) {
    const size_t writers =
        plan_.is_single_file ? kMaxSingleFilePartitions : kMaxOpenPartitions;
    options.row_group_bytes /= static_cast<int64_t>(writers);
  }
  for (const ColumnPlan& column : plan_.columns) {
    const std::string type = column.description.type == nullptr  // A task made it.
                                 ? ""
                                 : column.description.type->name;
    options.hints.push_back({.distinct_values = column.description.distinct_values,
                             .correlation = column.description.correlation,
                             .is_json = type == "json" || type == "jsonb",
                             .is_masked = column.mask.has_value()});
  }
  return options;
}

arrow::Status FileSetWriter::Open(const std::string& partition) {
  auto file = std::make_unique<OpenFile>();
  if (plan_.partition_by) file->place.partition = {{plan_.partition_by->as, partition}};
  const int base = plan_.is_single_file ? 0 : range_;
  const int piece = pieces_[partition]++;
  if (piece >= kMaxPieces) {
    return MakeError(
        ErrorKind::kUnsupported,
        "writing " + plan_.name +
            ": a partition falls into too many files: " + std::to_string(piece),
        "partition by larger windows, or read the rows in their order");
  }
  const int index = plan_.file_bytes > 0 ? piece : base + kPieceStride * piece;
  file->place.key = destination_.FileKey(plan_, index, file->place.partition);
  file->store_key = destination_.StoreKey(plan_, file->place.key);
  ARROW_ASSIGN_OR_RAISE(file->object, destination_.store->OpenWrite(file->store_key));
  ARROW_ASSIGN_OR_RAISE(
      file->parquet, ParquetWriter::Open(schema_, WriterOptions(), file->object.get()));
  open_.emplace(partition, std::move(file));
  return arrow::Status::OK();
}

arrow::Status FileSetWriter::Close(OpenFile& file, const std::stop_token& stop) {
  ARROW_RETURN_NOT_OK(file.parquet->Finish());
  DataFile written = file.parquet->file();
  written.key = file.place.key;
  written.partition = file.place.partition;
  ARROW_RETURN_NOT_OK(destination_.is_lake ? CommitProven(file, written, stop)
                                           : ProveThenCommit(file, written, stop));
  files_.push_back(std::move(written));
  return arrow::Status::OK();
}

arrow::Status FileSetWriter::CommitProven(OpenFile& file, const DataFile& written,
                                          const std::stop_token& stop) {
  return CommitThenProve(*destination_.store, file.store_key, *file.object, written,
                         *schema_, plan_.proof, stop);
}

arrow::Status FileSetWriter::ProveThenCommit(OpenFile& file, const DataFile& written,
                                             const std::stop_token& stop) {
  auto stored = file.object->OpenUncommitted();
  // A bucket shows nothing before it is published. It has then verified the checksum of
  // all bytes itself.
  if (!stored.ok() && KindOf(stored.status()) == ErrorKind::kUnsupported) {
    return CommitProven(file, written, stop);
  }
  ARROW_RETURN_NOT_OK(stored.status());
  ARROW_RETURN_NOT_OK(
      Prove(*std::move(stored), file.store_key, written, *schema_, plan_.proof, stop));
  return file.object->Commit();
}

arrow::Status FileSetWriter::CloseAll(const std::stop_token& stop) {
  for (auto& [partition, file] : open_) ARROW_RETURN_NOT_OK(Close(*file, stop));
  open_.clear();
  return arrow::Status::OK();
}

}  // namespace carmilla
