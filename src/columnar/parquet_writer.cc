#include "columnar/parquet_writer.h"

#include <algorithm>
#include <string>
#include <utility>

#include <arrow/array.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/writer.h>

#include "columnar/hidden_elements.h"
#include "columnar/parquet_contents.h"
#include "columnar/parquet_error.h"
#include "columnar/parquet_layout.h"
#include "columnar/stored_type.h"
#include "columnar/value_hash.h"
#include "core/error.h"
#include "core/json.h"
#include "stream/field_metadata.h"

namespace carmilla {
namespace {

constexpr char kWriting[] = "writing Parquet";
/// What so large a batch, usually one long text, took goes back to the system at once.
constexpr int64_t kLargeBatchBytes = 4 << 20;

/// The stream that the Parquet library holds. It outlives neither the ObjectWriter nor
/// the library's habit of completing a file in its destructor: once shut, nothing passes.
class OutputValve : public arrow::io::OutputStream {
 public:
  explicit OutputValve(ObjectWriter* output) : output_(output) {}
  void Shut() { output_ = nullptr; }

  arrow::Status Write(const void* data, int64_t nbytes) override {
    if (output_ == nullptr) return Refuse();
    return output_->Write(data, nbytes);
  }
  arrow::Status Write(const std::shared_ptr<arrow::Buffer>& data) override {
    if (output_ == nullptr) return Refuse();
    return output_->Write(data);
  }
  arrow::Result<int64_t> Tell() const override {
    if (output_ == nullptr) return Refuse();
    return output_->Tell();
  }
  // The object is committed, and so closed, by the writer's caller.
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return output_ == nullptr; }

 private:
  static arrow::Status Refuse() {
    return MakeError(ErrorKind::kBug, "writing Parquet: the file was given up");
  }

  ObjectWriter* output_;
};

/// The columns of a row group grow by doubling: what they leave behind must go back at
/// once. Measured with row groups of 16 MiB, the writer takes 28 to 47 MiB of memory from
/// jemalloc, 49 to 70 MiB from Arrow's usual choice, in the same time.
arrow::MemoryPool* ThriftyPool() {
  arrow::MemoryPool* pool = nullptr;
  return arrow::jemalloc_memory_pool(&pool).ok() ? pool : arrow::default_memory_pool();
}

template <typename ListArray>
int64_t ElementBytes(const arrow::Array& array, int64_t begin, int64_t count);

/// Returns about how many bytes `count` values from `begin` on take. Depends on the
/// values only, not on buffers, offsets or bitmaps that happen to be there: row groups
/// are cut by it.
int64_t ValueBytes(const arrow::Array& array, int64_t begin, int64_t count) {
  using arrow::Type;
  if (count == 0) return 0;
  switch (array.type_id()) {
    case Type::STRING:
    case Type::BINARY: {
      const auto& texts = static_cast<const arrow::BinaryArray&>(array);
      return 4 * count + texts.value_offset(begin + count) - texts.value_offset(begin);
    }
    case Type::LARGE_STRING:
    case Type::LARGE_BINARY: {
      const auto& texts = static_cast<const arrow::LargeBinaryArray&>(array);
      return 8 * count + texts.value_offset(begin + count) - texts.value_offset(begin);
    }
    case Type::LIST:
    case Type::MAP:
      return ElementBytes<arrow::ListArray>(array, begin, count);
    case Type::LARGE_LIST:
      return ElementBytes<arrow::LargeListArray>(array, begin, count);
    case Type::STRUCT: {
      int64_t bytes = 0;
      for (const auto& field : static_cast<const arrow::StructArray&>(array).fields()) {
        bytes += ValueBytes(*field, begin, count);
      }
      return bytes;
    }
    default:
      return count * std::max(array.type()->byte_width(), 1);
  }
}

template <typename ListArray>
int64_t ElementBytes(const arrow::Array& array, int64_t begin, int64_t count) {
  const auto& lists = static_cast<const ListArray&>(array);
  const int64_t first = lists.value_offset(begin);
  return 4 * count +
         ValueBytes(*lists.values(), first, lists.value_offset(begin + count) - first);
}

/// For the metadata of the file; null where no field has an SRID.
std::shared_ptr<const arrow::KeyValueMetadata> SridsOf(const arrow::Schema& schema) {
  Json srids = Json::object();
  for (const auto& field : schema.fields()) {
    if (!field->HasMetadata()) continue;
    const auto srid = field->metadata()->Get(kSridKey);
    if (srid.ok()) srids[field->name()] = std::stoll(*srid);
  }
  if (srids.empty()) return nullptr;
  return arrow::key_value_metadata({std::string(kFileSridKey)}, {DumpJson(srids)});
}

}  // namespace

class ParquetWriter::Impl {
 public:
  Impl(std::shared_ptr<arrow::Schema> schema, ParquetWriterOptions options,
       ObjectWriter* output)
      : schema_(std::move(schema)),
        stored_schema_(StoredSchema(*schema_)),
        options_(std::move(options)),
        pool_(ThriftyPool()),
        output_(output),
        valve_(std::make_shared<OutputValve>(output)) {
    file_.columns.resize(static_cast<size_t>(schema_->num_fields()));
  }
  ~Impl() { Abort(); }

  arrow::Status Open() {
    if (schema_->num_fields() == 0) {
      return MakeError(ErrorKind::kUnsupported,
                       "writing Parquet: a file needs at least one column");
    }
    return GuardParquet(ErrorKind::kBug, kWriting, [&] {
      ARROW_ASSIGN_OR_RAISE(const auto columns, ToParquetSchema(*stored_schema_));
      shares_ = ShareMemory(columns->num_columns(), options_.row_group_bytes);
      auto file = std::make_unique<parquet::ParquetFileWriter>();
      auto contents = MakeParquetContents(*stored_schema_, valve_,
                                          ChooseLayout(*columns, options_, &pool_));
      contents_ = contents.get();
      file->Open(std::move(contents));
      return parquet::arrow::FileWriter::Make(&pool_, std::move(file), stored_schema_,
                                              parquet::default_arrow_writer_properties(),
                                              &writer_);
    });
  }

  arrow::Status Write(const arrow::RecordBatch& batch) {
    if (!batch.schema()->Equals(*schema_, /*check_metadata=*/false)) {
      return MakeError(ErrorKind::kBug, "writing Parquet: a batch has another schema");
    }
    ARROW_RETURN_NOT_OK(AddToProofs(batch.columns(), file_.rows, file_.columns));
    file_.rows += batch.num_rows();
    ARROW_ASSIGN_OR_RAISE(const auto stored, AsStored(batch));
    return GuardParquet(ErrorKind::kBug, kWriting, [&] { return WriteSlices(*stored); });
  }

  arrow::Status Finish() {
    ARROW_RETURN_NOT_OK(GuardParquet(ErrorKind::kBug, kWriting, [&] {
      if (const auto srids = SridsOf(*schema_); srids != nullptr) {
        ARROW_RETURN_NOT_OK(writer_->AddKeyValueMetadata(srids));
      }
      return writer_->Close();
    }));
    writer_.reset();
    ARROW_ASSIGN_OR_RAISE(file_.bytes, output_->Tell());
    file_.crc32c = output_->crc32c();
    return arrow::Status::OK();
  }

  void Abort() {
    valve_->Shut();
    // The library's destructors swallow the refusals of the valve.
    writer_.reset();
  }

  const DataFile& file() const { return file_; }

 private:
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> AsStored(
      const arrow::RecordBatch& batch) const {
    arrow::ArrayVector columns = batch.columns();
    for (size_t i = 0; i < columns.size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(columns[i], DropHiddenElements(std::move(columns[i])));
      const auto& type = stored_schema_->field(static_cast<int>(i))->type();
      if (columns[i]->type()->Equals(*type)) continue;
      columns[i] = arrow::MakeArray(WithType(*columns[i]->data(), type));
    }
    return arrow::RecordBatch::Make(stored_schema_, batch.num_rows(), std::move(columns));
  }

  /// Writes in pieces, so that a page exceeds its size little and the row group is cut
  /// near its limit even when a batch is large in comparison.
  arrow::Status WriteSlices(const arrow::RecordBatch& batch) {
    int64_t batch_bytes = 0;
    for (const auto& column : batch.columns()) {
      batch_bytes += ValueBytes(*column, 0, column->length());
    }
    const int64_t num_slices = batch_bytes / shares_.slice_bytes + 1;
    const int64_t slice_rows = (batch.num_rows() + num_slices - 1) / num_slices;
    const bool is_large = batch_bytes > kLargeBatchBytes;
    if (is_large && pool_.bytes_allocated() + batch_bytes > shares_.row_group_bytes) {
      FinishRowGroup();  // Growing it would copy all that it holds.
    }
    for (int64_t begin = 0; begin < batch.num_rows(); begin += slice_rows) {
      if (row_group_is_full_) {
        ARROW_RETURN_NOT_OK(writer_->NewBufferedRowGroup());
        row_group_is_full_ = false;
      }
      ARROW_RETURN_NOT_OK(writer_->WriteRecordBatch(*batch.Slice(begin, slice_rows)));
      if (pool_.bytes_allocated() >= shares_.row_group_bytes) FinishRowGroup();
      if (is_large) pool_.ReleaseUnused();
    }
    return arrow::Status::OK();
  }

  /// Writes it out at once: waiting for the next row it would only hold memory.
  void FinishRowGroup() {
    contents_->FinishRowGroup();
    row_group_is_full_ = true;
  }

  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<arrow::Schema> stored_schema_;
  ParquetWriterOptions options_;
  MemoryShares shares_;
  // Counts what this writer alone holds; the sizes asked for depend on the rows only, so
  // the row groups are cut at the same rows each time.
  arrow::ProxyMemoryPool pool_;
  ObjectWriter* output_;
  std::shared_ptr<OutputValve> valve_;
  ParquetContents* contents_ = nullptr;  // of writer_
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  bool row_group_is_full_ = false;
  DataFile file_;
};

ParquetWriter::ParquetWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ParquetWriter::~ParquetWriter() = default;

arrow::Result<std::unique_ptr<ParquetWriter>> ParquetWriter::Open(
    std::shared_ptr<arrow::Schema> schema, ParquetWriterOptions options,
    ObjectWriter* output) {
  auto impl = std::make_unique<Impl>(std::move(schema), std::move(options), output);
  ARROW_RETURN_NOT_OK(impl->Open());
  return std::unique_ptr<ParquetWriter>(new ParquetWriter(std::move(impl)));
}

arrow::Status ParquetWriter::Write(const arrow::RecordBatch& batch) {
  return impl_->Write(batch);
}

arrow::Status ParquetWriter::Finish() { return impl_->Finish(); }

void ParquetWriter::Abort() { impl_->Abort(); }

int64_t ParquetWriter::rows() const { return impl_->file().rows; }

const DataFile& ParquetWriter::file() const { return impl_->file(); }

}  // namespace carmilla
