#include "columnar/flat_column_writer.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include <arrow/array.h>
#include <arrow/buffer_builder.h>
#include <arrow/type.h>
#include <arrow/util/bit_run_reader.h>
#include <parquet/encoding.h>
#include <parquet/exception.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <parquet/statistics.h>

#include "columnar/hybrid_encoding.h"
#include "columnar/page_assembler.h"
#include "columnar/slice_values.h"
#include "columnar/value_dictionary.h"

namespace carmilla {
namespace {

using parquet::Encoding;

/// Fractions rarely repeat.
template <typename DType>
constexpr bool kMayHaveDictionary = !std::is_same_v<DType, parquet::FloatType> &&
                                    !std::is_same_v<DType, parquet::DoubleType>;

/// The codes of the open page and the dictionary of the chunk.
template <typename Value>
class DictionaryEncoder {
 public:
  explicit DictionaryEncoder(arrow::MemoryPool* pool) : dictionary_(pool), codes_(pool) {}

  void Put(std::span<const Value> values) {
    uint32_t* next = MakeRoom(static_cast<int64_t>(values.size()));
    for (const Value value : values) *next++ = dictionary_.CodeOf(value);
    codes_.UnsafeAdvance(static_cast<int64_t>(values.size()));
  }

  /// Texts straight from `slice`; returns their bytes.
  int64_t PutTexts(const arrow::Array& slice) {
    uint32_t* next = MakeRoom(slice.length());
    const Texts texts(slice);
    size_t bytes = 0;
    VisitValues(slice, [&](int64_t row) {
      const std::string_view text = texts[row];
      bytes += text.size();
      *next++ = dictionary_.CodeOf(text);
    });
    codes_.UnsafeAdvance(slice.length() - slice.null_count());
    return static_cast<int64_t>(bytes);
  }

  int64_t page_bytes() const { return codes_.length() * dictionary_.bit_width() / 8; }

  std::shared_ptr<arrow::Buffer> FinishPage(arrow::MemoryPool* pool) {
    arrow::BufferBuilder page(pool);
    const auto bit_width = static_cast<uint8_t>(dictionary_.bit_width());
    PARQUET_THROW_NOT_OK(page.Append(&bit_width, 1));
    PARQUET_THROW_NOT_OK(AppendHybrid(
        {codes_.data(), static_cast<size_t>(codes_.length())}, bit_width, &page));
    codes_.bytes_builder()->Rewind(0);
    PARQUET_ASSIGN_OR_THROW(auto buffer, page.Finish());
    return buffer;
  }

  const ValueDictionary<Value>& dictionary() const { return dictionary_; }

 private:
  uint32_t* MakeRoom(int64_t count) {
    PARQUET_THROW_NOT_OK(codes_.Reserve(count));
    return codes_.mutable_data() + codes_.length();
  }

  ValueDictionary<Value> dictionary_;
  arrow::TypedBufferBuilder<uint32_t> codes_;
};

template <typename DType>
class FlatColumnWriter final : public parquet::ColumnWriter {
 public:
  using Value = DType::c_type;

  FlatColumnWriter(parquet::ColumnChunkMetaDataBuilder* metadata,
                   std::unique_ptr<parquet::PageWriter> pages,
                   const parquet::WriterProperties* properties, PageScratch* scratch)
      : metadata_(metadata),
        properties_(properties),
        column_(properties->column_properties(metadata->descr()->path())),
        pool_(properties->memory_pool()),
        pages_(std::move(pages), column_.compression(), HasDictionary(), pool_, scratch),
        dense_(scratch) {
    if (HasDictionary()) dictionary_.emplace(pool_);
    if constexpr (kIsText<DType>) {
      encoder_ = std::make_unique<PlainTexts>(pool_);
    } else {
      const auto encoding =
          column_.encoding() == Encoding::UNKNOWN ? Encoding::PLAIN : column_.encoding();
      encoder_ = parquet::MakeTypedEncoder<DType>(encoding, /*use_dictionary=*/false,
                                                  descr(), pool_);
    }
    chunk_sizes_ = parquet::SizeStatistics::Make(descr());
    if (column_.statistics_enabled()) {
      page_statistics_ = parquet::MakeStatistics<DType>(descr(), pool_);
      chunk_statistics_ = parquet::MakeStatistics<DType>(descr(), pool_);
    }
  }

  arrow::Status WriteArrow(const int16_t*, const int16_t*, int64_t,
                           const arrow::Array& leaf, parquet::ArrowWriteContext*,
                           bool) override {
    for (int64_t begin = 0; begin < leaf.length();) {
      const int64_t rows =
          std::min({properties_->write_batch_size(), leaf.length() - begin,
                    properties_->max_rows_per_page() - pages_.rows()});
      Put(*leaf.Slice(begin, rows));
      begin += rows;
    }
    return arrow::Status::OK();
  }

  int64_t Close() override {
    if (std::exchange(is_closed_, true)) return pages_.bytes_written();
    if (pages_.rows() > 0) FinishPage();
    const bool is_of_codes = dictionary_.has_value();
    if (dictionary_) FinishDictionary();
    if (pages_.rows_written() > 0) {
      if (chunk_statistics_) metadata_->SetStatistics(Encode(chunk_statistics_.get()));
      metadata_->SetSizeStatistics(*chunk_sizes_);
    }
    pages_.Close(HasDictionary(), /*has_other_encoding=*/HasDictionary() && !is_of_codes);
    return pages_.bytes_written();
  }

  parquet::Type::type type() const override { return descr()->physical_type(); }
  const parquet::ColumnDescriptor* descr() const override { return metadata_->descr(); }
  const parquet::WriterProperties* properties() override { return properties_; }
  int64_t rows_written() const override { return pages_.rows_written() + pages_.rows(); }
  int64_t total_compressed_bytes() const override { return pages_.waiting_bytes(); }
  int64_t total_bytes_written() const override { return pages_.bytes_written(); }
  int64_t total_compressed_bytes_written() const override {
    return pages_.compressed_bytes_written();
  }
  int64_t estimated_buffered_value_bytes() const override { return PageBytes(); }
  // Nobody tells anything of single chunks.
  void AddKeyValueMetadata(
      const std::shared_ptr<const arrow::KeyValueMetadata>&) override {}
  void ResetKeyValueMetadata() override {}

 private:
  using DictionaryValue =
      std::conditional_t<kIsText<DType>, std::string_view,
                         std::conditional_t<sizeof(Value) == 4, int32_t, int64_t>>;

  bool HasDictionary() const {
    return kMayHaveDictionary<DType> && column_.dictionary_enabled();
  }

  /// Adds rows and ends the page, and the dictionary, if they are large enough.
  void Put(const arrow::Array& slice) {
    pages_.AddRows(slice);
    if constexpr (kIsText<DType>) {
      page_text_bytes_ +=
          dictionary_ ? dictionary_->PutTexts(slice) : encoder_->PutTexts(slice);
    }
    if (!kIsText<DType> || page_statistics_) PutDense(slice);
    if (dictionary_ && dictionary_->dictionary().plain().length() >=
                           properties_->dictionary_pagesize_limit()) {
      FinishPage();
      FinishDictionary();
    } else if (pages_.rows() >= properties_->max_rows_per_page() ||
               PageBytes() >= properties_->data_pagesize()) {
      FinishPage();
    }
  }

  /// Numbers to their encoder, and all values to the statistics.
  void PutDense(const arrow::Array& slice) {
    const std::span<const Value> values = dense_.Of(slice);
    if constexpr (!kIsText<DType>) {
      if (!dictionary_) {
        encoder_->Put(values.data(), static_cast<int>(values.size()));
      } else if constexpr (kMayHaveDictionary<DType>) {
        dictionary_->Put(values);
      }
    }
    if (page_statistics_) {
      page_statistics_->Update(values.data(), static_cast<int64_t>(values.size()),
                               slice.null_count());
    }
  }

  /// About what the open page will have before compression.
  int64_t PageBytes() const {
    return dictionary_ ? dictionary_->page_bytes() : encoder_->EstimatedDataEncodedSize();
  }

  /// Of values without a dictionary.
  Encoding::type ValueEncoding() const {
    if constexpr (kIsText<DType>) {
      return Encoding::PLAIN;
    } else {
      return encoder_->encoding();
    }
  }

  void FinishPage() {
    parquet::EncodedStatistics statistics;
    if (page_statistics_) {
      statistics = Encode(page_statistics_.get());
      chunk_statistics_->Merge(*page_statistics_);
      page_statistics_->Reset();
    }
    auto sizes = parquet::SizeStatistics::Make(descr());
    sizes->definition_level_histogram = {pages_.nulls(), pages_.rows() - pages_.nulls()};
    if constexpr (kIsText<DType>) {
      sizes->IncrementUnencodedByteArrayDataBytes(std::exchange(page_text_bytes_, 0));
    }
    chunk_sizes_->Merge(*sizes);
    pages_.AddPage(
        {.values = dictionary_ ? dictionary_->FinishPage(pool_) : encoder_->FlushValues(),
         .encoding = dictionary_ ? Encoding::RLE_DICTIONARY : ValueEncoding(),
         .statistics = std::move(statistics),
         .sizes = std::move(*sizes)});
  }

  void FinishDictionary() {
    const auto& dictionary = dictionary_->dictionary();
    pages_.WriteDictionary(std::make_shared<arrow::Buffer>(dictionary.plain().data(),
                                                           dictionary.plain().length()),
                           dictionary.size());
    dictionary_.reset();
  }

  parquet::EncodedStatistics Encode(parquet::TypedStatistics<DType>* statistics) const {
    parquet::EncodedStatistics encoded = statistics->Encode();
    encoded.ApplyStatSizeLimits(column_.max_statistics_size());
    encoded.set_is_signed(descr()->sort_order() == parquet::SortOrder::SIGNED);
    return encoded;
  }

  parquet::ColumnChunkMetaDataBuilder* metadata_;
  const parquet::WriterProperties* properties_;
  const parquet::ColumnProperties& column_;
  arrow::MemoryPool* pool_;
  PageAssembler pages_;
  DenseValues<DType> dense_;
  std::optional<DictionaryEncoder<DictionaryValue>> dictionary_;  // until it is written
  std::unique_ptr<
      std::conditional_t<kIsText<DType>, PlainTexts, parquet::TypedEncoder<DType>>>
      encoder_;
  std::shared_ptr<parquet::TypedStatistics<DType>> page_statistics_;
  std::shared_ptr<parquet::TypedStatistics<DType>> chunk_statistics_;
  std::unique_ptr<parquet::SizeStatistics> chunk_sizes_;
  int64_t page_text_bytes_ = 0;
  bool is_closed_ = false;
};

}  // namespace

bool IsFlat(const arrow::DataType& type, const parquet::ColumnDescriptor& leaf) {
  using arrow::Type;
  if (leaf.max_definition_level() != 1 || leaf.max_repetition_level() != 0) return false;
  switch (type.id()) {
    case Type::INT16:
    case Type::INT32:
    case Type::DATE32:
    case Type::DECIMAL32:
      return leaf.physical_type() == parquet::Type::INT32;
    case Type::INT64:
    case Type::DECIMAL64:
      return leaf.physical_type() == parquet::Type::INT64;
    case Type::TIMESTAMP:
      return leaf.physical_type() == parquet::Type::INT64 &&
             static_cast<const arrow::TimestampType&>(type).unit() ==
                 arrow::TimeUnit::MICRO;
    case Type::FLOAT:
    case Type::DOUBLE:
    case Type::STRING:
    case Type::BINARY:
      return true;
    default:
      return false;
  }
}

std::unique_ptr<parquet::ColumnWriter> MakeFlatColumnWriter(
    parquet::ColumnChunkMetaDataBuilder* metadata,
    std::unique_ptr<parquet::PageWriter> pages,
    const parquet::WriterProperties* properties, PageScratch* scratch) {
  const auto make = [&]<typename DType>(DType) {
    return std::make_unique<FlatColumnWriter<DType>>(metadata, std::move(pages),
                                                     properties, scratch);
  };
  switch (metadata->descr()->physical_type()) {
    case parquet::Type::INT32:
      return make(parquet::Int32Type());
    case parquet::Type::INT64:
      return make(parquet::Int64Type());
    case parquet::Type::FLOAT:
      return make(parquet::FloatType());
    case parquet::Type::DOUBLE:
      return make(parquet::DoubleType());
    case parquet::Type::BYTE_ARRAY:
      return make(parquet::ByteArrayType());
    default:
      throw parquet::ParquetException("a column is not flat");
  }
}

}  // namespace carmilla
