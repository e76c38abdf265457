#include "columnar/parquet_contents.h"

#include <limits>
#include <utility>
#include <vector>

#include <arrow/extension_type.h>
#include <arrow/io/interfaces.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/schema.h>
#include <parquet/column_writer.h>
#include <parquet/exception.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/properties.h>

#include "columnar/leaf_column_writer.h"

namespace carmilla {
namespace {

using parquet::ColumnWriter;

/// Appends the types of the leaves of `type`, in the order of the Parquet schema.
void AppendLeafTypes(const arrow::DataType& type,
                     std::vector<const arrow::DataType*>* leaves) {
  if (type.id() == arrow::Type::EXTENSION) {
    AppendLeafTypes(*static_cast<const arrow::ExtensionType&>(type).storage_type(),
                    leaves);
    return;
  }
  if (type.num_fields() == 0) leaves->push_back(&type);
  for (const auto& field : type.fields()) AppendLeafTypes(*field->type(), leaves);
}

/// Which leaf columns our writers take.
std::vector<bool> FindOwnColumns(const arrow::Schema& stored_schema,
                                 const parquet::SchemaDescriptor& columns) {
  std::vector<const arrow::DataType*> leaves;
  for (const auto& field : stored_schema.fields()) {
    AppendLeafTypes(*field->type(), &leaves);
  }
  std::vector<bool> is_own;
  is_own.reserve(leaves.size());
  for (size_t leaf = 0; leaf < leaves.size(); ++leaf) {
    is_own.push_back(
        HasLeafColumnWriter(*leaves[leaf], *columns.Column(static_cast<int>(leaf))));
  }
  return is_own;
}

/// Where everything of one file goes.
struct FileParts {
  std::shared_ptr<arrow::io::OutputStream> sink;
  std::shared_ptr<parquet::WriterProperties> properties;
  std::vector<bool> is_own;
  std::unique_ptr<parquet::PageIndexBuilder> index;  // null for none
};

class RowGroupContents final : public parquet::RowGroupWriter::Contents {
 public:
  /// `ordinal` counts the row groups of the file from 0.
  RowGroupContents(const FileParts& file, int ordinal,
                   parquet::RowGroupMetaDataBuilder* metadata)
      : ordinal_(ordinal), metadata_(metadata), scratch_(file.properties->memory_pool()) {
    for (int i = 0; i < metadata_->num_columns(); ++i) {
      columns_.push_back(MakeColumn(file, i, metadata_->NextColumnChunk()));
    }
  }

  int num_columns() const override { return static_cast<int>(columns_.size()); }
  int64_t num_rows() const override { return columns_.front()->rows_written(); }
  ColumnWriter* NextColumn() override {
    throw parquet::ParquetException("row groups are always buffered");
  }
  ColumnWriter* column(int i) override { return columns_[static_cast<size_t>(i)].get(); }
  int current_column() const override { return metadata_->current_column(); }
  bool buffered() const override { return true; }

  int64_t total_bytes_written() const override {
    return Sum(&ColumnWriter::total_bytes_written);
  }
  int64_t total_compressed_bytes() const override {
    return Sum(&ColumnWriter::total_compressed_bytes);
  }
  int64_t total_compressed_bytes_written() const override {
    return Sum(&ColumnWriter::total_compressed_bytes_written);
  }

  void Close() override {
    if (std::exchange(is_closed_, true)) return;
    const int64_t rows = num_rows();
    int64_t bytes = 0;
    for (const auto& column : columns_) {
      if (column->rows_written() != rows) {
        throw parquet::ParquetException("the columns of a row group differ in length");
      }
      bytes += column->Close();
    }
    metadata_->set_num_rows(rows);
    // The footer has 16 bits for it, and need not say it.
    const bool is_told = ordinal_ <= std::numeric_limits<int16_t>::max();
    metadata_->Finish(bytes, is_told ? static_cast<int16_t>(ordinal_) : int16_t{-1});
  }

 private:
  std::shared_ptr<ColumnWriter> MakeColumn(
      const FileParts& file, int index, parquet::ColumnChunkMetaDataBuilder* metadata) {
    const parquet::WriterProperties& properties = *file.properties;
    const auto& path = metadata->descr()->path();
    const auto codec_options = properties.codec_options(path);
    auto pages = parquet::PageWriter::Open(
        file.sink, properties.compression(path), metadata, /*row_group_ordinal=*/-1,
        static_cast<int16_t>(index), properties.memory_pool(),
        /*buffered_row_group=*/true, nullptr, nullptr, properties.page_checksum_enabled(),
        file.index ? file.index->GetColumnIndexBuilder(index) : nullptr,
        file.index ? file.index->GetOffsetIndexBuilder(index) : nullptr,
        codec_options ? *codec_options : parquet::CodecOptions{});
    if (file.is_own[static_cast<size_t>(index)]) {
      return MakeLeafColumnWriter(metadata, std::move(pages), &properties, &scratch_);
    }
    return ColumnWriter::Make(metadata, std::move(pages), &properties);
  }

  int64_t Sum(int64_t (ColumnWriter::*quantity)() const) const {
    int64_t sum = 0;
    for (const auto& column : columns_) sum += ((*column).*quantity)();
    return sum;
  }

  int ordinal_;
  parquet::RowGroupMetaDataBuilder* metadata_;
  // Of this row group, not of the file: what one long text made large must not count
  // against the memory of all that follow.
  PageScratch scratch_;
  std::vector<std::shared_ptr<ColumnWriter>> columns_;
  bool is_closed_ = false;
};

class FileContents final : public ParquetContents {
 public:
  FileContents(std::shared_ptr<parquet::schema::GroupNode> schema,
               const arrow::Schema& stored_schema, FileParts parts)
      : ParquetContents(std::move(schema), nullptr),
        parts_(std::move(parts)),
        metadata_(parquet::FileMetaDataBuilder::Make(&schema_, parts_.properties)) {
    parts_.is_own = FindOwnColumns(stored_schema, schema_);
    if (parts_.properties->page_index_enabled()) {
      parts_.index = parquet::PageIndexBuilder::Make(&schema_);
    }
    PARQUET_THROW_NOT_OK(
        parts_.sink->Write(parquet::kParquetMagic, sizeof parquet::kParquetMagic));
  }

  parquet::RowGroupWriter* AppendRowGroup() override {
    throw parquet::ParquetException("row groups are always buffered");
  }
  parquet::RowGroupWriter* AppendBufferedRowGroup() override {
    CloseRowGroup();
    if (parts_.index) parts_.index->AppendRowGroup();
    row_group_ =
        std::make_unique<parquet::RowGroupWriter>(std::make_unique<RowGroupContents>(
            parts_, num_row_groups_++, metadata_->AppendRowGroup()));
    return row_group_.get();
  }

  void FinishRowGroup() override {
    if (row_group_) row_group_->Close();
  }

  void Close() override {
    if (std::exchange(is_closed_, true)) return;
    CloseRowGroup();
    if (parts_.index) {
      parquet::PageIndexLocation location;
      parts_.index->Finish();
      parts_.index->WriteTo(parts_.sink.get(), &location);
      metadata_->SetPageIndexLocation(location);
    }
    file_metadata_ = metadata_->Finish(key_value_metadata_);
    parquet::WriteFileMetaData(*file_metadata_, parts_.sink.get());
  }

  int64_t num_rows() const override { return num_rows_; }
  int num_columns() const override { return schema_.num_columns(); }
  int num_row_groups() const override { return num_row_groups_; }
  const std::shared_ptr<parquet::WriterProperties>& properties() const override {
    return parts_.properties;
  }
  void AddKeyValueMetadata(
      const std::shared_ptr<const arrow::KeyValueMetadata>& metadata) override {
    key_value_metadata_ =
        key_value_metadata_ ? key_value_metadata_->Merge(*metadata) : metadata;
  }

 private:
  void CloseRowGroup() {
    if (!row_group_) return;
    num_rows_ += row_group_->num_rows();
    row_group_->Close();
    row_group_.reset();
  }

  FileParts parts_;
  std::unique_ptr<parquet::FileMetaDataBuilder> metadata_;
  std::unique_ptr<parquet::RowGroupWriter> row_group_;
  int num_row_groups_ = 0;
  int64_t num_rows_ = 0;
  bool is_closed_ = false;
};

}  // namespace

std::unique_ptr<ParquetContents> MakeParquetContents(
    const arrow::Schema& stored_schema, std::shared_ptr<arrow::io::OutputStream> sink,
    std::shared_ptr<parquet::WriterProperties> properties) {
  std::shared_ptr<parquet::SchemaDescriptor> columns;
  PARQUET_THROW_NOT_OK(
      parquet::arrow::ToParquetSchema(&stored_schema, *properties, &columns));
  auto root =
      std::static_pointer_cast<parquet::schema::GroupNode>(columns->schema_root());
  return std::make_unique<FileContents>(
      std::move(root), stored_schema,
      FileParts{.sink = std::move(sink), .properties = std::move(properties)});
}

}  // namespace carmilla
