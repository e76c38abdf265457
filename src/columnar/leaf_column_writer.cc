#include "columnar/leaf_column_writer.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include <arrow/array.h>
#include <arrow/type.h>
#include <parquet/encoding.h>
#include <parquet/exception.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <parquet/statistics.h>

#include "columnar/delta_encoder.h"
#include "columnar/delta_length_texts.h"
#include "columnar/dictionary_encoder.h"
#include "columnar/leaf_slots.h"
#include "columnar/leaf_statistics.h"
#include "columnar/leaf_values.h"
#include "columnar/page_assembler.h"

namespace carmilla {
namespace {

using parquet::Encoding;

/// Fractions rarely repeat, and a code is no shorter than a boolean.
template <typename DType>
constexpr bool kMayHaveDictionary = !kIsFraction<DType> && !kIsBoolean<DType>;

/// What encodes the values of pages without a dictionary. Without order, too, the
/// differences of integers are smaller and cheaper than what zstd makes of plain ones.
template <typename DType>
auto MakeEncoder(const parquet::ColumnDescriptor* leaf, int64_t page_bytes,
                 arrow::MemoryPool* pool) {
  if constexpr (kIsText<DType>) {
    return std::make_unique<DeltaLengthTexts>(page_bytes, pool);
  } else if constexpr (kIsBoolean<DType>) {
    return std::make_unique<PlainBits>(pool);
  } else if constexpr (kIsFixed<DType>) {
    return std::make_unique<PlainFixed>(leaf->type_length(), pool);
  } else if constexpr (kIsFraction<DType>) {
    return parquet::MakeTypedEncoder<DType>(Encoding::PLAIN, /*use_dictionary=*/false,
                                            leaf, pool);
  } else {
    return std::make_unique<DeltaEncoder<typename DType::c_type>>(pool);
  }
}

template <typename DType>
class LeafColumnWriter final : public parquet::ColumnWriter {
 public:
  using Value = DenseValues<DType>::Value;

  LeafColumnWriter(parquet::ColumnChunkMetaDataBuilder* metadata,
                   std::unique_ptr<parquet::PageWriter> pages,
                   const parquet::WriterProperties* properties, PageScratch* scratch)
      : metadata_(metadata),
        properties_(properties),
        column_(properties->column_properties(metadata->descr()->path())),
        pool_(properties->memory_pool()),
        pages_(*descr(), std::move(pages), column_.compression(), HasDictionary(), pool_,
               scratch),
        slots_(*descr(), pool_),
        dense_(scratch),
        encoder_(MakeEncoder<DType>(descr(), properties->data_pagesize(), pool_)),
        chunk_sizes_(parquet::SizeStatistics::Make(descr())) {
    if (HasDictionary()) dictionary_.emplace(pool_);
    if (column_.statistics_enabled()) {
      statistics_.emplace(descr(), column_.max_statistics_size(), pool_);
    }
  }

  arrow::Status WriteArrow(const int16_t* definition, const int16_t* repetition,
                           int64_t num_levels, const arrow::Array& leaf,
                           parquet::ArrowWriteContext*, bool) override {
    if (pages_.levels().is_flat()) {
      PutRows(leaf);
      return arrow::Status::OK();
    }
    const auto count = static_cast<size_t>(num_levels);
    return PutLevels({definition, count}, {repetition, repetition == nullptr ? 0 : count},
                     leaf);
  }

  int64_t Close() override {
    if (std::exchange(is_closed_, true)) return pages_.bytes_written();
    if (pages_.levels().rows() > 0) FinishPage();
    const bool is_of_codes = dictionary_.has_value();
    if (dictionary_) FinishDictionary();
    if (pages_.rows_written() > 0) {
      if (statistics_) metadata_->SetStatistics(statistics_->OfChunk());
      metadata_->SetSizeStatistics(*chunk_sizes_);
    }
    pages_.Close(HasDictionary(), /*has_other_encoding=*/HasDictionary() && !is_of_codes);
    return pages_.bytes_written();
  }

  parquet::Type::type type() const override { return descr()->physical_type(); }
  const parquet::ColumnDescriptor* descr() const override { return metadata_->descr(); }
  const parquet::WriterProperties* properties() override { return properties_; }
  int64_t rows_written() const override {
    return pages_.rows_written() + pages_.levels().rows();
  }
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
                         std::conditional_t<kMayHaveDictionary<DType>, Value, int32_t>>;

  bool HasDictionary() const {
    return kMayHaveDictionary<DType> && column_.dictionary_enabled();
  }

  /// Adds the rows of a column that is flat.
  void PutRows(const arrow::Array& leaf) {
    for (int64_t begin = 0; begin < leaf.length();) {
      const int64_t rows = std::min(MostLevels(), leaf.length() - begin);
      const auto slice = leaf.Slice(begin, rows);
      pages_.levels().AddRows(*slice);
      Put(*slice, slice->null_count());
      begin += rows;
    }
  }

  /// Adds whole rows of any other column, whose values begin with those of `leaf`.
  arrow::Status PutLevels(std::span<const int16_t> definition,
                          std::span<const int16_t> repetition, const arrow::Array& leaf) {
    int64_t slot = 0;
    for (size_t begin = 0; begin < definition.size();) {
      size_t end = std::min(begin + static_cast<size_t>(MostLevels()), definition.size());
      while (!repetition.empty() && end < repetition.size() && repetition[end] != 0) {
        ++end;
      }
      const auto levels = definition.subspan(begin, end - begin);
      const PageLevels::Places added = pages_.levels().AddLevels(
          levels,
          repetition.empty() ? repetition : repetition.subspan(begin, end - begin));
      Put(*slots_.SliceOf(leaf, slot, levels, added),
          static_cast<int64_t>(levels.size()) - added.values);
      slot += added.slots;
      begin = end;
    }
    return arrow::Status::OK();
  }

  /// How many levels may be put at once, but for the end of a long row.
  int64_t MostLevels() const {
    return std::min(properties_->write_batch_size(),
                    properties_->max_rows_per_page() - pages_.levels().rows());
  }

  /// Adds values whose levels are added, and ends the page, and the dictionary, if they
  /// are large enough. `nulls`: levels without a value.
  void Put(const arrow::Array& slice, int64_t nulls) {
    if constexpr (kIsText<DType>) {
      page_text_bytes_ +=
          dictionary_ ? dictionary_->PutTexts(slice) : encoder_->PutTexts(slice);
      if (statistics_) statistics_->Update(dense_.Of(slice), nulls);
    } else if constexpr (kIsBoolean<DType>) {
      const int64_t count = slice.length() - slice.null_count();
      const int64_t trues = encoder_->PutBits(slice);
      if (statistics_) statistics_->Update(count, trues == count, trues > 0, nulls);
    } else {
      const std::span<const Value> values = dense_.Of(slice);
      PutNumbers(values);
      if (statistics_) statistics_->Update(values, nulls);
    }
    if (dictionary_ && IsUseless(*dictionary_)) {
      FinishPage();
      FinishDictionary();
    } else if (pages_.levels().rows() >= properties_->max_rows_per_page() ||
               PageBytes() >= properties_->data_pagesize()) {
      FinishPage();
    }
  }

  bool IsUseless(const DictionaryEncoder<DictionaryValue>& encoder) const {
    const auto& dictionary = encoder.dictionary();
    return dictionary.plain().length() >= properties_->dictionary_pagesize_limit() ||
           dictionary.is_crowded() || encoder.rarely_repeats();
  }

  void PutNumbers(std::span<const Value> values) {
    if constexpr (kMayHaveDictionary<DType>) {
      if (dictionary_) {
        dictionary_->Put(values);
        return;
      }
    }
    encoder_->Put(values.data(), static_cast<int>(values.size()));
  }

  /// About what the open page will have before compression.
  int64_t PageBytes() const {
    return dictionary_ ? dictionary_->page_bytes() : encoder_->EstimatedDataEncodedSize();
  }

  /// Of values without a dictionary.
  Encoding::type ValueEncoding() const {
    if constexpr (kIsBoolean<DType> || kIsFixed<DType>) {
      return Encoding::PLAIN;
    } else {
      return encoder_->encoding();
    }
  }

  void FinishPage() {
    auto sizes = parquet::SizeStatistics::Make(descr());
    pages_.levels().FillHistograms(sizes.get());
    if constexpr (kIsText<DType>) {
      sizes->IncrementUnencodedByteArrayDataBytes(std::exchange(page_text_bytes_, 0));
    }
    chunk_sizes_->Merge(*sizes);
    std::shared_ptr<arrow::Buffer> lengths;
    int64_t room_before = 0;
    if constexpr (kIsText<DType>) {
      if (!dictionary_) {
        lengths = encoder_->FlushLengths();
        room_before = encoder_->room_before();
      }
    }
    pages_.AddPage(
        {.lengths = std::move(lengths),
         .values = dictionary_ ? dictionary_->FinishPage(pool_) : encoder_->FlushValues(),
         .room_before = room_before,
         .encoding = dictionary_ ? Encoding::RLE_DICTIONARY : ValueEncoding(),
         .statistics =
             statistics_ ? statistics_->FinishPage() : parquet::EncodedStatistics(),
         .sizes = std::move(*sizes)});
  }

  void FinishDictionary() {
    const auto& dictionary = dictionary_->dictionary();
    auto plain = std::make_shared<arrow::Buffer>(dictionary.plain().data(),
                                                 dictionary.plain().length());
    if constexpr (kIsFixed<DType>) {
      encoder_->Put(plain->template data_as<Wide>(), static_cast<int>(dictionary.size()));
      plain = encoder_->FlushValues();
    }
    pages_.WriteDictionary(plain, dictionary.size());
    dictionary_.reset();
  }

  parquet::ColumnChunkMetaDataBuilder* metadata_;
  const parquet::WriterProperties* properties_;
  const parquet::ColumnProperties& column_;
  arrow::MemoryPool* pool_;
  PageAssembler pages_;
  LeafSlots slots_;
  DenseValues<DType> dense_;
  std::optional<DictionaryEncoder<DictionaryValue>> dictionary_;  // until it is written
  decltype(MakeEncoder<DType>(nullptr, 0, nullptr)) encoder_;
  std::optional<LeafStatistics<DType>> statistics_;
  std::unique_ptr<parquet::SizeStatistics> chunk_sizes_;
  int64_t page_text_bytes_ = 0;
  bool is_closed_ = false;
};

}  // namespace

bool HasLeafColumnWriter(const arrow::DataType& type,
                         const parquet::ColumnDescriptor& leaf) {
  using arrow::Type;
  switch (type.id()) {
    case Type::INT16:
    case Type::INT32:
    case Type::DATE32:
    case Type::DECIMAL32:
      return leaf.physical_type() == parquet::Type::INT32;
    case Type::INT64:
    case Type::DECIMAL64:
      return leaf.physical_type() == parquet::Type::INT64;
    case Type::TIME64:
      return static_cast<const arrow::TimeType&>(type).unit() == arrow::TimeUnit::MICRO;
    case Type::TIMESTAMP: {
      const auto unit = static_cast<const arrow::TimestampType&>(type).unit();
      return leaf.physical_type() == parquet::Type::INT64 &&
             (unit == arrow::TimeUnit::MICRO || unit == arrow::TimeUnit::MILLI);
    }
    case Type::DECIMAL128:
      return leaf.physical_type() == parquet::Type::FIXED_LEN_BYTE_ARRAY;
    case Type::FIXED_SIZE_BINARY:
      return leaf.logical_type()->is_UUID();
    case Type::BOOL:
    case Type::FLOAT:
    case Type::DOUBLE:
    case Type::STRING:
    case Type::BINARY:
      return true;
    default:
      return false;
  }
}

std::unique_ptr<parquet::ColumnWriter> MakeLeafColumnWriter(
    parquet::ColumnChunkMetaDataBuilder* metadata,
    std::unique_ptr<parquet::PageWriter> pages,
    const parquet::WriterProperties* properties, PageScratch* scratch) {
  const auto make = [&]<typename DType>(DType) {
    return std::make_unique<LeafColumnWriter<DType>>(metadata, std::move(pages),
                                                     properties, scratch);
  };
  switch (metadata->descr()->physical_type()) {
    case parquet::Type::BOOLEAN:
      return make(parquet::BooleanType());
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
    case parquet::Type::FIXED_LEN_BYTE_ARRAY:
      return make(parquet::FLBAType());
    default:
      throw parquet::ParquetException("a column is of no type of ours");
  }
}

}  // namespace carmilla
