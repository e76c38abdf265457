#include "columnar/flat_column_writer.h"

#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>
#include <parquet/metadata.h>

#include "columnar/parquet_contents.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

/// Which kinds of pages have which encodings. Not how many, since pages end elsewhere.
std::set<std::pair<parquet::PageType::type, parquet::Encoding::type>> EncodingsOfPages(
    const parquet::ColumnChunkMetaData& chunk) {
  std::set<std::pair<parquet::PageType::type, parquet::Encoding::type>> encodings;
  for (const auto& pages : chunk.encoding_stats()) {
    encodings.emplace(pages.page_type, pages.encoding);
  }
  return encodings;
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
    auto builder = arrow::MakeBuilder(type).ValueOrDie();
    uint64_t value = 0;
    for (int64_t row = 0; row < rows; ++row) {
      if (!spread_.has_runs || random_() % 50 == 0) value = random_() % spread_.distinct;
      const bool is_null =
          static_cast<double>(random_() % 1000) < 1000 * spread_.null_share;
      EXPECT_OK(is_null ? builder->AppendNull() : Append(*builder, type, value));
    }
    return builder->Finish().ValueOrDie();
  }

 private:
  static arrow::Status Append(arrow::ArrayBuilder& builder,
                              const std::shared_ptr<arrow::DataType>& type,
                              uint64_t value) {
    if (arrow::is_base_binary_like(type->id())) {
      const std::string text(value % 40, static_cast<char>('a' + value % 26));
      return static_cast<arrow::BinaryBuilder&>(builder).Append(text +
                                                                std::to_string(value));
    }
    const int64_t number = static_cast<int64_t>(value) - 1000;
    ARROW_ASSIGN_OR_RAISE(const auto scalar, ScalarOf(type, number));
    return builder.AppendScalar(*scalar);
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
    if (type->id() == arrow::Type::DATE32) {
      return std::make_shared<arrow::Date32Scalar>(static_cast<int32_t>(number));
    }
    return arrow::Int64Scalar(number).CastTo(type);
  }

  Spread spread_;
  std::mt19937_64 random_{11};
};

class FlatColumnWriterTest : public testing::TestWithParam<Spread> {
 protected:
  static std::shared_ptr<arrow::RecordBatch> MakeBatch(int64_t rows) {
    arrow::FieldVector fields;
    arrow::ArrayVector columns;
    RandomColumns random(GetParam());
    for (const auto& type :
         {arrow::int16(), arrow::int32(), arrow::int64(), arrow::date32(),
          arrow::decimal32(9, 2), arrow::decimal64(18, 4), arrow::float32(),
          arrow::float64(), arrow::utf8(), arrow::binary(),
          arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")}) {
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
    return parquet::arrow::OpenFile(std::make_shared<arrow::io::BufferReader>(file),
                                    arrow::default_memory_pool())
        .ValueOrDie();
  }
};

TEST_P(FlatColumnWriterTest, StoresTheValuesThatWereGiven) {
  const auto batch = MakeBatch(10000);
  std::shared_ptr<arrow::Table> ours;
  std::shared_ptr<arrow::Table> theirs;
  ASSERT_OK(Open(Write(*batch, /*is_ours=*/true))->ReadTable(&ours));
  ASSERT_OK(Open(Write(*batch, /*is_ours=*/false))->ReadTable(&theirs));
  ASSERT_OK(ours->ValidateFull());
  for (int i = 0; i < batch->num_columns(); ++i) {
    const auto& type = *batch->column(i)->type();
    EXPECT_TRUE(ours->column(i)->Equals(theirs->column(i))) << type.ToString();
    // Without the Arrow schema beside them, decimals come back wider.
    if (arrow::is_decimal(type.id())) continue;
    EXPECT_TRUE(ours->column(i)->Equals(arrow::ChunkedArray(batch->column(i))))
        << type.ToString();
  }
}

TEST_P(FlatColumnWriterTest, SaysOfTheValuesWhatTheLibrarySays) {
  const auto batch = MakeBatch(10000);
  const auto ours = Open(Write(*batch, true))->parquet_reader()->metadata();
  const auto theirs = Open(Write(*batch, false))->parquet_reader()->metadata();
  ASSERT_EQ(ours->num_row_groups(), theirs->num_row_groups());
  for (int group = 0; group < ours->num_row_groups(); ++group) {
    ASSERT_EQ(ours->RowGroup(group)->num_rows(), theirs->RowGroup(group)->num_rows());
    for (int i = 0; i < batch->num_columns(); ++i) {
      SCOPED_TRACE(batch->column(i)->type()->ToString());
      const auto our = ours->RowGroup(group)->ColumnChunk(i);
      const auto their = theirs->RowGroup(group)->ColumnChunk(i);
      EXPECT_EQ(our->num_values(), their->num_values());
      ASSERT_EQ(our->is_stats_set(), their->is_stats_set());
      if (our->is_stats_set()) {
        EXPECT_TRUE(our->statistics()->Equals(*their->statistics()));
      }
      EXPECT_EQ(our->size_statistics()->definition_level_histogram,
                their->size_statistics()->definition_level_histogram);
      EXPECT_EQ(our->size_statistics()->unencoded_byte_array_data_bytes,
                their->size_statistics()->unencoded_byte_array_data_bytes);
      EXPECT_EQ(our->GetColumnIndexLocation().has_value(),
                their->GetColumnIndexLocation().has_value());
      EXPECT_EQ(our->GetOffsetIndexLocation().has_value(),
                their->GetOffsetIndexLocation().has_value());
    }
  }
}

/// Readers tell by it whether a dictionary holds all values of a chunk.
TEST_P(FlatColumnWriterTest, NamesTheEncodingsThatTheLibraryNames) {
  const auto batch = MakeBatch(10000);
  const auto ours = Open(Write(*batch, true))->parquet_reader()->metadata();
  const auto theirs = Open(Write(*batch, false))->parquet_reader()->metadata();
  for (int group = 0; group < ours->num_row_groups(); ++group) {
    for (int i = 0; i < batch->num_columns(); ++i) {
      SCOPED_TRACE(batch->column(i)->type()->ToString());
      const auto our = ours->RowGroup(group)->ColumnChunk(i);
      const auto their = theirs->RowGroup(group)->ColumnChunk(i);
      EXPECT_THAT(our->encodings(),
                  testing::UnorderedElementsAreArray(their->encodings()));
      EXPECT_EQ(EncodingsOfPages(*our), EncodingsOfPages(*their));
      EXPECT_EQ(our->has_dictionary_page(), their->has_dictionary_page());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Spreads, FlatColumnWriterTest,
    testing::Values(Spread{"few", 7, 0, false}, Spread{"many", 1 << 20, 0, false},
                    Spread{"one", 1, 0, false}, Spread{"runs", 300, 0, true},
                    Spread{"few_and_null", 7, 0.3, false},
                    Spread{"many_and_rarely_null", 30000, 0.002, false},
                    Spread{"runs_and_mostly_null", 300, 0.95, true},
                    Spread{"null", 7, 1, false}),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace carmilla
