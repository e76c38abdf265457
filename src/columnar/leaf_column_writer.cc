#include "columnar/leaf_column_writer.h"

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
#include "columnar/leaf_slots.h"
#include "columnar/leaf_values.h"
#include "columnar/page_assembler.h"
#include "columnar/value_dictionary.h"

namespace carmilla {
namespace {

using parquet::Encoding;

/// Fractions rarely repeat, and a code is no shorter than a boolean.
template <typename DType>
constexpr bool kMayHaveDictionary = !kIsFraction<DType> && !kIsBoolean<DType>;

// NOLINTNEXTLINE(modernize-use-using): __extension__, which -Wpedantic wants, needs it.
__extension__ using SignedWide = __int128;

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

/// What encodes the values of pages without a dictionary.
template <typename DType>
auto MakeEncoder(const parquet::ColumnDescriptor* leaf, Encoding::type encoding,
                 arrow::MemoryPool* pool) {
  if constexpr (kIsText<DType>) {
    return std::make_unique<PlainTexts>(pool);
  } else if constexpr (kIsBoolean<DType>) {
    return std::make_unique<PlainBits>(pool);
  } else if constexpr (kIsFixed<DType>) {
    return std::make_unique<PlainFixed>(leaf->type_length(), pool);
  } else {
    return parquet::MakeTypedEncoder<DType>(
        encoding == Encoding::UNKNOWN ? Encoding::PLAIN : encoding,
        /*use_dictionary=*/false, leaf, pool);
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
        encoder_(MakeEncoder<DType>(descr(), column_.encoding(), pool_)),
        chunk_sizes_(parquet::SizeStatistics::Make(descr())) {
    if (HasDictionary()) dictionary_.emplace(pool_);
    if (column_.statistics_enabled()) {
      page_statistics_ = parquet::MakeStatistics<DType>(descr(), pool_);
      chunk_statistics_ = parquet::MakeStatistics<DType>(descr(), pool_);
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
      if (chunk_statistics_) {
        metadata_->SetStatistics(Encode(chunk_statistics_.get(), chunk_has_nan_));
      }
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
      if (page_statistics_) UpdateStatistics(dense_.Of(slice), nulls);
    } else if constexpr (kIsBoolean<DType>) {
      const int64_t count = slice.length() - slice.null_count();
      const int64_t trues = encoder_->PutBits(slice);
      if (page_statistics_) UpdateStatistics(count, trues == count, trues > 0, nulls);
    } else {
      const std::span<const Value> values = dense_.Of(slice);
      PutNumbers(values);
      if (page_statistics_) UpdateStatistics(values, nulls);
    }
    if (dictionary_ && dictionary_->dictionary().plain().length() >=
                           properties_->dictionary_pagesize_limit()) {
      FinishPage();
      FinishDictionary();
    } else if (pages_.levels().rows() >= properties_->max_rows_per_page() ||
               PageBytes() >= properties_->data_pagesize()) {
      FinishPage();
    }
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

  void UpdateStatistics(std::span<const Value> values, int64_t nulls) {
    const auto num_values = static_cast<int64_t>(values.size());
    if constexpr (kIsFraction<DType>) {
      page_has_nan_ = page_has_nan_ || HasNaN(values);
      page_statistics_->Update(values.data(), num_values, nulls);
    } else if constexpr (kIsText<DType>) {
      page_statistics_->Update(values.data(), num_values, nulls);
    } else if (num_values == 0) {
      page_statistics_->IncrementNullCount(nulls);
    } else if constexpr (kIsFixed<DType>) {
      const bool is_signed = descr()->sort_order() == parquet::SortOrder::SIGNED;
      const auto [smallest, largest] =
          is_signed ? BoundsOf<SignedWide>(values) : BoundsOf<Wide>(values);
      PlainFixed bounds(descr()->type_length(), pool_);
      const Wide both[] = {smallest, largest};
      bounds.Put(both, 2);
      const auto plain = bounds.FlushValues();
      UpdateStatistics(num_values, parquet::FLBA(plain->data()),
                       parquet::FLBA(plain->data() + descr()->type_length()), nulls);
    } else {
      const auto [smallest, largest] = BoundsOf<Value>(values);
      UpdateStatistics(num_values, smallest, largest, nulls);
    }
  }

  void UpdateStatistics(int64_t num_values, DType::c_type smallest, DType::c_type largest,
                        int64_t nulls) {
    if (num_values > 0) page_statistics_->SetMinMax(smallest, largest);
    page_statistics_->IncrementNumValues(num_values);
    page_statistics_->IncrementNullCount(nulls);
  }

  static bool HasNaN(std::span<const Value> values) {
    bool has_nan = false;
    for (const Value value : values) has_nan |= value != value;
    return has_nan;
  }

  /// The smallest and the largest of some values, compared as `Ordered`.
  template <typename Ordered>
  static std::pair<Value, Value> BoundsOf(std::span<const Value> values) {
    auto smallest = static_cast<Ordered>(values.front());
    auto largest = smallest;
    for (const Value value : values) {
      smallest = std::min(smallest, static_cast<Ordered>(value));
      largest = std::max(largest, static_cast<Ordered>(value));
    }
    return {static_cast<Value>(smallest), static_cast<Value>(largest)};
  }

  /// About what the open page will have before compression.
  int64_t PageBytes() const {
    return dictionary_ ? dictionary_->page_bytes() : encoder_->EstimatedDataEncodedSize();
  }

  /// Of values without a dictionary.
  Encoding::type ValueEncoding() const {
    if constexpr (kIsText<DType> || kIsBoolean<DType> || kIsFixed<DType>) {
      return Encoding::PLAIN;
    } else {
      return encoder_->encoding();
    }
  }

  void FinishPage() {
    parquet::EncodedStatistics statistics;
    if (page_statistics_) {
      statistics = Encode(page_statistics_.get(), page_has_nan_);
      chunk_statistics_->Merge(*page_statistics_);
      page_statistics_->Reset();
      chunk_has_nan_ |= std::exchange(page_has_nan_, false);
    }
    auto sizes = parquet::SizeStatistics::Make(descr());
    pages_.levels().FillHistograms(sizes.get());
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
    auto plain = std::make_shared<arrow::Buffer>(dictionary.plain().data(),
                                                 dictionary.plain().length());
    if constexpr (kIsFixed<DType>) {
      encoder_->Put(plain->template data_as<Wide>(), static_cast<int>(dictionary.size()));
      plain = encoder_->FlushValues();
    }
    pages_.WriteDictionary(plain, dictionary.size());
    dictionary_.reset();
  }

  parquet::EncodedStatistics Encode(parquet::TypedStatistics<DType>* statistics,
                                    bool has_nan) const {
    parquet::EncodedStatistics encoded = statistics->Encode();
    // Parquet's bounds ignore NaN. Readers that sort it above all numbers, as DuckDB
    // does, but trust such bounds would miss it.
    if (has_nan) encoded.ClearMinMax();
    encoded.ApplyStatSizeLimits(column_.max_statistics_size());
    encoded.set_is_signed(descr()->sort_order() == parquet::SortOrder::SIGNED);
    return encoded;
  }

  parquet::ColumnChunkMetaDataBuilder* metadata_;
  const parquet::WriterProperties* properties_;
  const parquet::ColumnProperties& column_;
  arrow::MemoryPool* pool_;
  PageAssembler pages_;
  LeafSlots slots_;
  DenseValues<DType> dense_;
  std::optional<DictionaryEncoder<DictionaryValue>> dictionary_;  // until it is written
  decltype(MakeEncoder<DType>(nullptr, {}, nullptr)) encoder_;
  std::shared_ptr<parquet::TypedStatistics<DType>> page_statistics_;
  std::shared_ptr<parquet::TypedStatistics<DType>> chunk_statistics_;
  std::unique_ptr<parquet::SizeStatistics> chunk_sizes_;
  int64_t page_text_bytes_ = 0;
  bool page_has_nan_ = false;
  bool chunk_has_nan_ = false;
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
