#include "columnar/leaf_column_writer.h"

#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <arrow/api.h>
#include <arrow/extension/uuid.h>
#include <arrow/extension_type.h>
#include <arrow/io/memory.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>

#include "columnar/parquet_contents.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using PageEncodings =
    std::set<std::pair<parquet::PageType::type, parquet::Encoding::type>>;

/// Which kinds of pages have which encodings. Not how many, since pages end elsewhere.
PageEncodings EncodingsOfPages(const parquet::ColumnChunkMetaData& chunk) {
  PageEncodings encodings;
  for (const auto& pages : chunk.encoding_stats()) {
    encodings.emplace(pages.page_type, pages.encoding);
  }
  return encodings;
}

/// What a chunk of ours has in place of the library's PLAIN pages.
parquet::Encoding::type PlainWithUs(parquet::Type::type type) {
  switch (type) {
    case parquet::Type::INT32:
    case parquet::Type::INT64:
      return parquet::Encoding::DELTA_BINARY_PACKED;
    case parquet::Type::BYTE_ARRAY:
      return parquet::Encoding::DELTA_LENGTH_BYTE_ARRAY;
    default:
      return parquet::Encoding::PLAIN;
  }
}

PageEncodings ExpectedEncodings(const parquet::ColumnChunkMetaData& of_library) {
  PageEncodings expected;
  for (const auto& [page, encoding] : EncodingsOfPages(of_library)) {
    const bool is_plain = page != parquet::PageType::DICTIONARY_PAGE &&
                          encoding == parquet::Encoding::PLAIN;
    expected.emplace(page, is_plain ? PlainWithUs(of_library.type()) : encoding);
  }
  return expected;
}

/// Of levels and pages.
std::set<parquet::Encoding::type> AllOf(const PageEncodings& pages) {
  std::set<parquet::Encoding::type> encodings = {parquet::Encoding::RLE};
  for (const auto& [page, encoding] : pages) encodings.insert(encoding);
  return encodings;
}

/// Levels without a value. Inside of lists of structs, the library forgets some of them
/// in its own count.
int64_t NullsOf(const parquet::ColumnChunkMetaData& chunk) {
  return chunk.num_values() - chunk.size_statistics()->definition_level_histogram.back();
}

/// The part of one page in the histograms of all.
std::vector<int64_t> HistogramOf(const std::vector<int64_t>& all, size_t page,
                                 size_t num_pages) {
  const size_t size = all.size() / num_pages;
  return {all.begin() + static_cast<ptrdiff_t>(page * size),
          all.begin() + static_cast<ptrdiff_t>((page + 1) * size)};
}

/// How the values of a column are spread.
struct Spread {
  std::string name;
  uint64_t distinct;
  double null_share;
  bool has_runs;
};

class RandomColumns {
 public:
  explicit RandomColumns(Spread spread) : spread_(std::move(spread)) {}

  std::shared_ptr<arrow::Array> Make(const std::shared_ptr<arrow::DataType>& type,
                                     int64_t rows) {
    if (type->id() == arrow::Type::EXTENSION) {
      const auto& extension = static_cast<const arrow::ExtensionType&>(*type);
      return arrow::ExtensionType::WrapArray(type, Make(extension.storage_type(), rows));
    }
    auto builder = arrow::MakeBuilder(type).ValueOrDie();
    for (int64_t row = 0; row < rows; ++row) {
      if (!spread_.has_runs || random_() % 50 == 0) {
        value_ = random_() % spread_.distinct;
      }
      EXPECT_OK(AppendAny(*builder, value_));
    }
    return builder->Finish().ValueOrDie();
  }

 private:
  bool IsNull() {
    return static_cast<double>(random_() % 1000) < 1000 * spread_.null_share;
  }

  arrow::Status AppendAny(arrow::ArrayBuilder& builder, uint64_t value) {
    return IsNull() ? builder.AppendNull() : Append(builder, value);
  }

  arrow::Status Append(arrow::ArrayBuilder& builder, uint64_t value) {
    const auto type = builder.type();
    const int64_t number = static_cast<int64_t>(value) - 1000;
    switch (type->id()) {
      case arrow::Type::STRING:
      case arrow::Type::BINARY: {
        const std::string text(value % 40, static_cast<char>('a' + value % 26));
        return static_cast<arrow::BinaryBuilder&>(builder).Append(text +
                                                                  std::to_string(value));
      }
      case arrow::Type::FIXED_SIZE_BINARY: {
        const uint64_t words[] = {value * 0x9E3779B97F4A7C15, value};
        return static_cast<arrow::FixedSizeBinaryBuilder&>(builder).Append(
            reinterpret_cast<const uint8_t*>(words));
      }
      case arrow::Type::BOOL:
        return static_cast<arrow::BooleanBuilder&>(builder).Append(value % 3 == 0);
      case arrow::Type::DECIMAL128: {
        const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
        return static_cast<arrow::Decimal128Builder&>(builder).Append(arrow::Decimal128(
            decimal.precision() > 20 ? number % 5000 : 0, value * 0x9E3779B97F4A7C15));
      }
      case arrow::Type::LIST: {
        auto& list = static_cast<arrow::ListBuilder&>(builder);
        ARROW_RETURN_NOT_OK(list.Append());
        return AppendSome(value, *list.value_builder());
      }
      case arrow::Type::MAP: {
        auto& map = static_cast<arrow::MapBuilder&>(builder);
        ARROW_RETURN_NOT_OK(map.Append());
        for (uint64_t i = 0; i < value % 4; ++i) {
          ARROW_RETURN_NOT_OK(Append(*map.key_builder(), value + i));
          ARROW_RETURN_NOT_OK(AppendAny(*map.item_builder(), value * i));
        }
        return arrow::Status::OK();
      }
      case arrow::Type::STRUCT: {
        auto& members = static_cast<arrow::StructBuilder&>(builder);
        ARROW_RETURN_NOT_OK(members.Append());
        for (int i = 0; i < members.num_fields(); ++i) {
          ARROW_RETURN_NOT_OK(AppendAny(*members.field_builder(i), value));
        }
        return arrow::Status::OK();
      }
      default: {
        ARROW_ASSIGN_OR_RAISE(const auto scalar, ScalarOf(type, number));
        return builder.AppendScalar(*scalar);
      }
    }
  }

  /// Usually less than four elements, rarely more than fit a page.
  arrow::Status AppendSome(uint64_t value, arrow::ArrayBuilder& elements) {
    const uint64_t count = random_() % 5000 == 0 ? 2000 : value % 4;
    for (uint64_t i = 0; i < count; ++i) {
      ARROW_RETURN_NOT_OK(AppendAny(elements, (value + i * i) % spread_.distinct));
    }
    return arrow::Status::OK();
  }

  static arrow::Result<std::shared_ptr<arrow::Scalar>> ScalarOf(
      const std::shared_ptr<arrow::DataType>& type, int64_t number) {
    if (type->id() == arrow::Type::DECIMAL32) {
      return std::make_shared<arrow::Decimal32Scalar>(
          arrow::Decimal32(static_cast<int32_t>(number)), type);
    }
    if (type->id() == arrow::Type::DECIMAL64) {
      return std::make_shared<arrow::Decimal64Scalar>(arrow::Decimal64(number), type);
    }
    if (type->id() == arrow::Type::INT16) number %= 30000;
    if (type->id() == arrow::Type::TIME64) number = std::abs(number);
    if (type->id() == arrow::Type::DATE32) {
      return std::make_shared<arrow::Date32Scalar>(static_cast<int32_t>(number));
    }
    return arrow::Int64Scalar(number).CastTo(type);
  }

  Spread spread_;
  uint64_t value_ = 0;
  std::mt19937_64 random_{11};
};

std::shared_ptr<arrow::DataType> StructOf(
    const std::vector<std::shared_ptr<arrow::DataType>>& members) {
  arrow::FieldVector fields;
  for (const auto& member : members) {
    fields.push_back(arrow::field("m" + std::to_string(fields.size()), member));
  }
  return arrow::struct_(fields);
}

std::vector<std::shared_ptr<arrow::DataType>> AllTypes() {
  using namespace arrow;  // NOLINT: a table of types reads best without their namespace
  return {int16(),
          int32(),
          int64(),
          date32(),
          decimal32(9, 2),
          decimal64(18, 4),
          float32(),
          float64(),
          utf8(),
          binary(),
          timestamp(TimeUnit::MICRO, "UTC"),
          boolean(),
          decimal128(38, 9),
          decimal128(30, 3),
          extension::uuid(),
          time64(TimeUnit::MICRO),
          timestamp(TimeUnit::MILLI),
          list(int64()),
          list(utf8()),
          list(decimal64(12, 2)),
          list(boolean()),
          list(decimal128(38, 0)),
          list(list(int32())),
          map(utf8(), utf8()),
          StructOf({int32(), utf8(), boolean(), decimal128(20, 0)}),
          StructOf({StructOf({list(int16()), StructOf({date32()})}), utf8()}),
          list(StructOf({int64(), list(utf8()), StructOf({boolean()})})),
          map(int64(), list(StructOf({list(list(int32())), decimal64(18, 0)})))};
}

class LeafColumnWriterTest : public testing::TestWithParam<Spread> {
 protected:
  static std::shared_ptr<arrow::RecordBatch> MakeBatch(int64_t rows) {
    arrow::FieldVector fields;
    arrow::ArrayVector columns;
    RandomColumns random(GetParam());
    for (const auto& type : AllTypes()) {
      fields.push_back(arrow::field("c" + std::to_string(fields.size()), type));
      columns.push_back(random.Make(type, rows));
    }
    return arrow::RecordBatch::Make(arrow::schema(fields), rows, columns);
  }

  /// Small pages and dictionaries, so that there are many pages and a dictionary too
  /// many.
  static std::shared_ptr<parquet::WriterProperties> Properties() {
    return parquet::WriterProperties::Builder()
        .enable_store_decimal_as_integer()
        ->compression(parquet::Compression::ZSTD)
        ->data_pagesize(4096)
        ->dictionary_pagesize_limit(8192)
        ->max_rows_per_page(1500)
        ->write_batch_size(300)
        ->encoding("c3", parquet::Encoding::DELTA_BINARY_PACKED)
        ->disable_dictionary("c3")
        ->disable_dictionary("c6")  // Fractions have none with us.
        ->disable_dictionary("c7")
        ->disable_dictionary("c8")
        ->disable_statistics("c9")
        ->build();
  }

  /// Writes the batch in slices that do not begin at whole bytes, in two row groups.
  static std::shared_ptr<arrow::Buffer> Write(const arrow::RecordBatch& batch,
                                              bool is_ours) {
    auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
    std::unique_ptr<parquet::arrow::FileWriter> writer;
    if (is_ours) {
      auto file = std::make_unique<parquet::ParquetFileWriter>();
      file->Open(MakeParquetContents(*batch.schema(), sink, Properties()));
      EXPECT_OK(parquet::arrow::FileWriter::Make(
          arrow::default_memory_pool(), std::move(file), batch.schema(),
          parquet::default_arrow_writer_properties(), &writer));
    } else {
      writer = parquet::arrow::FileWriter::Open(
                   *batch.schema(), arrow::default_memory_pool(), sink, Properties())
                   .ValueOrDie();
    }
    for (int64_t begin = 0; begin < batch.num_rows(); begin += 777) {
      if (begin == 3885) {
        EXPECT_OK(writer->NewBufferedRowGroup());
      }
      EXPECT_OK(writer->WriteRecordBatch(*batch.Slice(begin, 777)));
    }
    EXPECT_OK(writer->Close());
    return sink->Finish().ValueOrDie();
  }

  static std::unique_ptr<parquet::arrow::FileReader> Open(
      const std::shared_ptr<arrow::Buffer>& file) {
    parquet::ArrowReaderProperties properties;
    properties.set_arrow_extensions_enabled(true);
    parquet::arrow::FileReaderBuilder builder;
    EXPECT_OK(builder.Open(std::make_shared<arrow::io::BufferReader>(file)));
    return builder.properties(properties)->Build().ValueOrDie();
  }
};

TEST_P(LeafColumnWriterTest, StoresTheValuesThatWereGiven) {
  const auto batch = MakeBatch(6000);
  std::shared_ptr<arrow::Table> ours;
  std::shared_ptr<arrow::Table> theirs;
  ASSERT_OK(Open(Write(*batch, /*is_ours=*/true))->ReadTable(&ours));
  ASSERT_OK(Open(Write(*batch, /*is_ours=*/false))->ReadTable(&theirs));
  ASSERT_OK(ours->ValidateFull());
  for (int i = 0; i < batch->num_columns(); ++i) {
    const auto& type = *batch->column(i)->type();
    EXPECT_TRUE(ours->column(i)->Equals(theirs->column(i))) << type.ToString();
    // Without the Arrow schema beside them, decimals come back wider, and elements under
    // another name.
    if (arrow::is_decimal(type.id()) || arrow::is_nested(type.id())) continue;
    EXPECT_TRUE(ours->column(i)->Equals(arrow::ChunkedArray(batch->column(i))))
        << type.ToString();
  }
}

TEST_P(LeafColumnWriterTest, SaysOfTheValuesWhatTheLibrarySays) {
  const auto batch = MakeBatch(6000);
  const auto ours = Open(Write(*batch, true))->parquet_reader()->metadata();
  const auto theirs = Open(Write(*batch, false))->parquet_reader()->metadata();
  ASSERT_EQ(ours->num_row_groups(), theirs->num_row_groups());
  for (int group = 0; group < ours->num_row_groups(); ++group) {
    ASSERT_EQ(ours->RowGroup(group)->num_rows(), theirs->RowGroup(group)->num_rows());
    for (int i = 0; i < ours->num_columns(); ++i) {
      SCOPED_TRACE(ours->schema()->Column(i)->ToString());
      const auto our = ours->RowGroup(group)->ColumnChunk(i);
      const auto their = theirs->RowGroup(group)->ColumnChunk(i);
      EXPECT_EQ(our->num_values(), their->num_values());
      ASSERT_EQ(our->is_stats_set(), their->is_stats_set());
      if (our->is_stats_set()) {
        EXPECT_EQ(our->encoded_statistics()->min(), their->encoded_statistics()->min());
        EXPECT_EQ(our->encoded_statistics()->max(), their->encoded_statistics()->max());
        EXPECT_EQ(our->statistics()->HasMinMax(), their->statistics()->HasMinMax());
        EXPECT_EQ(our->statistics()->null_count(), NullsOf(*their));
      }
      EXPECT_EQ(our->size_statistics()->definition_level_histogram,
                their->size_statistics()->definition_level_histogram);
      EXPECT_EQ(our->size_statistics()->repetition_level_histogram,
                their->size_statistics()->repetition_level_histogram);
      EXPECT_EQ(our->size_statistics()->unencoded_byte_array_data_bytes,
                their->size_statistics()->unencoded_byte_array_data_bytes);
      EXPECT_EQ(our->GetColumnIndexLocation().has_value(),
                their->GetColumnIndexLocation().has_value());
      EXPECT_EQ(our->GetOffsetIndexLocation().has_value(),
                their->GetOffsetIndexLocation().has_value());
    }
  }
}

/// What the library says of a page is what it says of a file that holds the same rows.
TEST_P(LeafColumnWriterTest, SaysOfEachPageWhatTheLibrarySaysOfItsRows) {
  const auto batch = MakeBatch(3000);
  const auto ours = Open(Write(*batch, true));
  const auto& leaves = *ours->parquet_reader()->metadata()->schema();
  const auto index = ours->parquet_reader()->GetPageIndexReader()->RowGroup(0);
  ASSERT_NE(index, nullptr);
  int judged = 0;
  int root = -1;
  int first_leaf = 0;
  for (int leaf = 0; leaf < leaves.num_columns(); ++leaf) {
    const int its_root = leaves.group_node()->FieldIndex(*leaves.GetColumnRoot(leaf));
    if (std::exchange(root, its_root) != its_root) first_leaf = leaf;
    SCOPED_TRACE(leaves.Column(leaf)->ToString());
    const auto bounds = index->GetColumnIndex(leaf);
    if (bounds == nullptr) continue;
    const auto offsets = index->GetOffsetIndex(leaf);
    const auto& places = offsets->page_locations();
    for (size_t page = 0; page < places.size(); ++page) {
      if (page % 20 != 0 && page + 1 != places.size()) continue;  // enough of them
      const int64_t first = places[page].first_row_index;
      const int64_t end =
          page + 1 < places.size() ? places[page + 1].first_row_index : batch->num_rows();
      const auto rows = batch->Slice(first, end - first)->SelectColumns({root});
      const auto theirs = Open(Write(**rows, /*is_ours=*/false));
      const auto footer = theirs->parquet_reader()->metadata();
      const auto group = footer->RowGroup(0);
      const auto chunk = group->ColumnChunk(leaf - first_leaf);
      const auto truth = chunk->encoded_statistics();
      EXPECT_EQ(bounds->null_counts()[page], NullsOf(*chunk));
      EXPECT_EQ(bounds->null_pages()[page], NullsOf(*chunk) == chunk->num_values());
      EXPECT_EQ(bounds->encoded_min_values()[page], truth->min());
      EXPECT_EQ(bounds->encoded_max_values()[page], truth->max());
      const auto sizes = chunk->size_statistics();
      EXPECT_EQ(HistogramOf(bounds->definition_level_histograms(), page, places.size()),
                sizes->definition_level_histogram);
      EXPECT_EQ(HistogramOf(bounds->repetition_level_histograms(), page, places.size()),
                sizes->repetition_level_histogram);
      ++judged;
    }
  }
  EXPECT_GT(judged, 30);
}

/// Readers tell by it whether a dictionary holds all values of a chunk.
TEST_P(LeafColumnWriterTest, NamesItsEncodingsAsTheLibraryDoes) {
  const auto batch = MakeBatch(6000);
  const auto ours = Open(Write(*batch, true))->parquet_reader()->metadata();
  const auto theirs = Open(Write(*batch, false))->parquet_reader()->metadata();
  for (int group = 0; group < ours->num_row_groups(); ++group) {
    for (int i = 0; i < ours->num_columns(); ++i) {
      SCOPED_TRACE(ours->schema()->Column(i)->ToString());
      const auto our = ours->RowGroup(group)->ColumnChunk(i);
      const auto their = theirs->RowGroup(group)->ColumnChunk(i);
      const PageEncodings expected = ExpectedEncodings(*their);
      EXPECT_THAT(our->encodings(), testing::UnorderedElementsAreArray(AllOf(expected)));
      EXPECT_THAT(their->encodings(),
                  testing::UnorderedElementsAreArray(AllOf(EncodingsOfPages(*their))));
      EXPECT_EQ(EncodingsOfPages(*our), expected);
      EXPECT_EQ(our->has_dictionary_page(), their->has_dictionary_page());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Spreads, LeafColumnWriterTest,
    testing::Values(Spread{"few", 7, 0, false}, Spread{"many", 1 << 20, 0, false},
                    Spread{"one", 1, 0, false}, Spread{"runs", 300, 0, true},
                    Spread{"few_and_null", 7, 0.3, false},
                    Spread{"many_and_rarely_null", 30000, 0.002, false},
                    Spread{"runs_and_mostly_null", 300, 0.95, true},
                    Spread{"null", 7, 1, false}),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace carmilla
