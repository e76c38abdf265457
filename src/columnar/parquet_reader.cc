#include "columnar/parquet_reader.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include <arrow/array.h>
#include <arrow/compute/cast.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/size_statistics.h>

#include "columnar/parquet_error.h"
#include "columnar/parquet_layout.h"
#include "columnar/stored_texts.h"
#include "columnar/stored_type.h"
#include "core/error.h"

namespace carmilla {
namespace {

int64_t WidthOf(const parquet::ColumnDescriptor& column) {
  switch (column.physical_type()) {
    case parquet::Type::INT32:
    case parquet::Type::FLOAT:
    case parquet::Type::BYTE_ARRAY:
      return 4;
    case parquet::Type::FIXED_LEN_BYTE_ARRAY:
      return column.type_length();
    default:
      return 8;
  }
}

/// What the values of a row group take in memory; dictionaries make it far more than
/// stored.
int64_t DecodedBytes(const parquet::RowGroupMetaData& group,
                     const parquet::SchemaDescriptor& columns,
                     const std::vector<int>& leaves) {
  int64_t bytes = 0;
  for (const int i : leaves) {
    const auto chunk = group.ColumnChunk(i);
    bytes += chunk->num_values() * WidthOf(*columns.Column(i));
    if (chunk->type() != parquet::Type::BYTE_ARRAY) continue;
    const auto sizes = chunk->size_statistics();
    const bool is_known = sizes != nullptr && sizes->unencoded_byte_array_data_bytes;
    bytes += is_known ? *sizes->unencoded_byte_array_data_bytes
                      : chunk->total_uncompressed_size();
  }
  return bytes;
}

/// The leaves of columns.
std::vector<int> LeavesOf(const std::vector<int>& columns,
                          const parquet::SchemaDescriptor& schema) {
  std::vector<int> leaves;
  for (int leaf = 0; leaf < schema.num_columns(); ++leaf) {
    const int column = ColumnOf(schema, leaf);
    if (std::ranges::find(columns, column) != columns.end()) leaves.push_back(leaf);
  }
  return leaves;
}

/// Asks for codes of the columns that are nothing else.
void KeepDictionaries(const parquet::FileMetaData& footer,
                      parquet::ArrowReaderProperties* properties) {
  for (int leaf = 0; leaf < footer.num_columns(); ++leaf) {
    if (footer.schema()->Column(leaf)->physical_type() != parquet::Type::BYTE_ARRAY) {
      continue;
    }
    properties->set_read_dictionary(leaf, IsOfCodes(footer, leaf));
  }
}

/// Gives values read from a file the type that they had before they were written: Parquet
/// forgets the names of list elements, time zones and the width of decimals.
arrow::Result<std::shared_ptr<arrow::Array>> Restore(
    const std::shared_ptr<arrow::Array>& values,
    const std::shared_ptr<arrow::DataType>& type, bool keep_dictionaries) {
  if (values->type()->Equals(*type, /*check_metadata=*/false)) return values;
  if (HasSameLayout(*values->type(), *type)) {
    return arrow::MakeArray(WithType(*values->data(), type));
  }
  if (keep_dictionaries &&
      HasSameLayout(*values->type(), *type, /*codes_as_values=*/true)) {
    return values;
  }
  return arrow::compute::Cast(*values, type);
}

}  // namespace

class ParquetReader::Impl {
 public:
  Impl(std::string name, std::shared_ptr<arrow::Schema> schema,
       const ParquetReaderOptions& options)
      : doing_("reading " + std::move(name)),
        schema_(std::move(schema)),
        options_(options) {}

  arrow::Status Open(std::shared_ptr<arrow::io::RandomAccessFile> file) {
    return GuardParquet(ErrorKind::kCorruptData, doing_, [&]() -> arrow::Status {
      parquet::ArrowReaderProperties properties(/*use_threads=*/false);
      properties.set_pre_buffer(false);
      properties.set_smallest_decimal_enabled(true);
      properties.set_arrow_extensions_enabled(true);  // for UUIDs
      // Nanoseconds would end in the year 2262, and go round without a word.
      properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
      parquet::arrow::FileReaderBuilder builder;
      parquet::ReaderProperties reading;
      if (options_.piece_bytes > 0) {
        reading.enable_buffered_stream();
        reading.set_buffer_size(options_.piece_bytes);
      }
      ARROW_RETURN_NOT_OK(builder.Open(std::move(file), reading));
      if (options_.keep_dictionaries) {
        KeepDictionaries(*builder.raw_reader()->metadata(), &properties);
      }
      ARROW_RETURN_NOT_OK(builder.properties(properties)->Build(&reader_));
      std::shared_ptr<arrow::Schema> stored;
      ARROW_RETURN_NOT_OK(reader_->GetSchema(&stored));
      if (schema_ == nullptr) schema_ = stored->RemoveMetadata();
      if (schema_->field_names() != stored->field_names()) {
        return arrow::Status::Invalid("its columns are not the expected ones");
      }
      return ChooseColumns();
    });
  }

  arrow::Result<std::optional<SourceBatch>> Next(const std::stop_token& stop) {
    if (stop.stop_requested()) {
      return MakeError(ErrorKind::kInterrupted, doing_ + ": interrupted");
    }
    std::shared_ptr<arrow::RecordBatch> stored;
    ARROW_RETURN_NOT_OK(GuardParquet(ErrorKind::kCorruptData, doing_,
                                     [&] { return ReadStored(&stored); }));
    if (stored == nullptr) return std::nullopt;
    arrow::ArrayVector columns;
    for (int i = 0; i < schema_->num_fields(); ++i) {
      auto restored = Restore(stored->column(i), schema_->field(i)->type(),
                              options_.keep_dictionaries);
      // Arrow's message would show the value.
      if (!restored.ok()) {
        return MakeError(ErrorKind::kCorruptData,
                         doing_ + ": a value does not fit the type " +
                             schema_->field(i)->type()->ToString() + " of column " +
                             schema_->field(i)->name());
      }
      columns.push_back(*std::move(restored));
    }
    auto schema = options_.keep_dictionaries ? SchemaOf(columns) : schema_;
    return SourceBatch{.rows = arrow::RecordBatch::Make(
                           std::move(schema), stored->num_rows(), std::move(columns)),
                       .range = 0};
  }

  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  int64_t rows() const { return Metadata().num_rows(); }

 private:
  arrow::Status ChooseColumns() {
    std::vector<int> columns(static_cast<size_t>(schema_->num_fields()));
    std::iota(columns.begin(), columns.end(), 0);
    if (options_.columns.has_value()) columns = *options_.columns;
    leaves_ = LeavesOf(columns, *Metadata().schema());
    arrow::FieldVector fields;
    for (const int column : columns) fields.push_back(schema_->field(column));
    schema_ = arrow::schema(std::move(fields));
    return arrow::Status::OK();
  }

  const parquet::FileMetaData& Metadata() const {
    return *reader_->parquet_reader()->metadata();
  }

  /// With the types that `columns` have.
  std::shared_ptr<arrow::Schema> SchemaOf(const arrow::ArrayVector& columns) const {
    arrow::FieldVector fields = schema_->fields();
    for (size_t i = 0; i < fields.size(); ++i) {
      fields[i] = fields[i]->WithType(columns[i]->type());
    }
    return arrow::schema(std::move(fields));
  }

  arrow::Status ReadStored(std::shared_ptr<arrow::RecordBatch>* batch) {
    for (;;) {
      if (batches_ == nullptr) {
        if (next_row_group_ == reader_->num_row_groups()) return arrow::Status::OK();
        ARROW_RETURN_NOT_OK(OpenRowGroup(next_row_group_++));
      }
      ARROW_RETURN_NOT_OK(batches_->ReadNext(batch));
      if (*batch != nullptr && (*batch)->num_rows() > 0) return arrow::Status::OK();
      if (*batch == nullptr) batches_.reset();
    }
  }

  arrow::Status OpenRowGroup(int index) {
    const auto group = Metadata().RowGroup(index);
    const int64_t group_bytes = DecodedBytes(*group, *Metadata().schema(), leaves_);
    const int64_t row_bytes = group_bytes / std::max<int64_t>(group->num_rows(), 1);
    const int64_t rows_that_fit = options_.batch_bytes / std::max<int64_t>(row_bytes, 1);
    reader_->set_batch_size(std::clamp<int64_t>(rows_that_fit, 1, options_.batch_rows));
    return reader_->GetRecordBatchReader({index}, leaves_).Value(&batches_);
  }

  std::string doing_;
  std::shared_ptr<arrow::Schema> schema_;
  ParquetReaderOptions options_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;
  std::vector<int> leaves_;  ///< That are read.
  int next_row_group_ = 0;
};

ParquetReader::ParquetReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ParquetReader::~ParquetReader() = default;

arrow::Result<std::unique_ptr<ParquetReader>> ParquetReader::Open(
    std::shared_ptr<arrow::io::RandomAccessFile> file, std::string name,
    std::shared_ptr<arrow::Schema> schema, ParquetReaderOptions options) {
  auto impl = std::make_unique<Impl>(std::move(name), std::move(schema), options);
  ARROW_RETURN_NOT_OK(impl->Open(std::move(file)));
  return std::unique_ptr<ParquetReader>(new ParquetReader(std::move(impl)));
}

const std::shared_ptr<arrow::Schema>& ParquetReader::schema() const {
  return impl_->schema();
}

arrow::Result<std::optional<SourceBatch>> ParquetReader::Next(std::stop_token stop) {
  return impl_->Next(stop);
}

int64_t ParquetReader::rows() const { return impl_->rows(); }

}  // namespace carmilla
