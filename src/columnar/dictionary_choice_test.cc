#include <cstdint>
#include <memory>
#include <random>
#include <string>

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

constexpr int64_t kRows = 60000;

/// The only column of a file, of which nothing was known before.
struct Stored {
  std::shared_ptr<arrow::ChunkedArray> values;
  int64_t dictionary_bytes = 0;
  bool is_of_codes_only = false;
};

Stored Store(const arrow::Array& array) {
  const auto schema = arrow::schema({arrow::field("c", array.type())});
  const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  auto file = std::make_unique<parquet::ParquetFileWriter>();
  file->Open(MakeParquetContents(*schema, sink, parquet::default_writer_properties()));
  std::unique_ptr<parquet::arrow::FileWriter> writer;
  EXPECT_OK(parquet::arrow::FileWriter::Make(
      arrow::default_memory_pool(), std::move(file), schema,
      parquet::default_arrow_writer_properties(), &writer));
  EXPECT_OK(writer->WriteRecordBatch(
      *arrow::RecordBatch::Make(schema, array.length(), {array.Slice(0)})));
  EXPECT_OK(writer->Close());
  auto source = std::make_shared<arrow::io::BufferReader>(sink->Finish().ValueOrDie());
  const auto reader =
      parquet::arrow::OpenFile(source, arrow::default_memory_pool()).ValueOrDie();
  Stored stored;
  EXPECT_OK(reader->ReadColumn(0, &stored.values));
  const auto chunk = reader->parquet_reader()->metadata()->RowGroup(0)->ColumnChunk(0);
  stored.dictionary_bytes = chunk->data_page_offset() - chunk->dictionary_page_offset();
  stored.is_of_codes_only = true;
  for (const auto& pages : chunk->encoding_stats()) {
    stored.is_of_codes_only &= pages.page_type == parquet::PageType::DICTIONARY_PAGE ||
                               pages.encoding == parquet::Encoding::RLE_DICTIONARY;
  }
  return stored;
}

std::shared_ptr<arrow::Array> Numbers(const auto& next) {
  arrow::Int64Builder builder;
  for (int64_t row = 0; row < kRows; ++row) EXPECT_OK(builder.Append(next(row)));
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::Array> TextsOf(const arrow::Array& numbers) {
  arrow::StringBuilder builder;
  const auto& values = static_cast<const arrow::Int64Array&>(numbers);
  for (int64_t row = 0; row < kRows; ++row) {
    EXPECT_OK(builder.Append("text " + std::to_string(values.Value(row))));
  }
  return builder.Finish().ValueOrDie();
}

TEST(DictionaryChoiceTest, IsGivenUpSoonWhereNearlyAllValuesDiffer) {
  std::mt19937_64 random(1);
  const auto in_order = Numbers([](int64_t row) { return row; });
  const auto spread = Numbers([&](int64_t) { return static_cast<int64_t>(random()); });
  for (const auto& array : {in_order, spread, TextsOf(*in_order), TextsOf(*spread)}) {
    const Stored stored = Store(*array);
    EXPECT_FALSE(stored.is_of_codes_only) << array->type()->ToString();
    // A third of the values.
    EXPECT_LT(stored.dictionary_bytes, 20000 * 30) << array->type()->ToString();
    EXPECT_TRUE(arrow::ChunkedArray(array).Equals(stored.values));
  }
}

TEST(DictionaryChoiceTest, StaysWhereValuesRepeat) {
  std::mt19937_64 random(2);
  const auto few = Numbers([&](int64_t) { return static_cast<int64_t>(random() % 50); });
  const auto twice = Numbers([](int64_t row) { return row / 2; });
  const auto many =
      Numbers([&](int64_t) { return static_cast<int64_t>(random() % 20000); });
  for (const auto& array : {few, twice, many, TextsOf(*few), TextsOf(*many)}) {
    const Stored stored = Store(*array);
    EXPECT_TRUE(stored.is_of_codes_only) << array->type()->ToString();
    EXPECT_TRUE(arrow::ChunkedArray(array).Equals(stored.values));
  }
}

}  // namespace
}  // namespace carmilla
