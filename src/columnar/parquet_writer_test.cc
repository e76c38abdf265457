#include "columnar/parquet_writer.h"
#include "columnar/chosen_numbers.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_nested.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/compute/cast.h>
#include <arrow/io/memory.h>
#include <arrow/memory_pool.h>
#include <arrow/table.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/key_value_metadata.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/statistics.h>

#include "columnar/parquet_reader.h"
#include "columnar/sample_table.h"
#include "core/error.h"
#include "testing/matchers.h"
#include "testing/memory_store.h"

namespace carmilla {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

using Batches = std::vector<std::shared_ptr<arrow::RecordBatch>>;

class ParquetWriterTest : public ::testing::Test {
 protected:
  /// Writes and commits a file under the key "file".
  DataFile Write(const std::shared_ptr<arrow::Schema>& schema, const Batches& batches,
                 const ParquetWriterOptions& options = {}) {
    DataFile file;
    const auto write = [&]() -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(auto output, store_.OpenWrite("file"));
      ARROW_ASSIGN_OR_RAISE(auto writer,
                            ParquetWriter::Open(schema, options, output.get()));
      for (const auto& batch : batches) ARROW_RETURN_NOT_OK(writer->Write(*batch));
      ARROW_RETURN_NOT_OK(writer->Finish());
      file = writer->file();
      return output->Commit();
    };
    EXPECT_OK(write());
    return file;
  }

  std::string Bytes() {
    const auto object = store_.Get("file");
    return object.ok() ? object->contents : "";
  }

  std::shared_ptr<parquet::FileMetaData> Footer() {
    return parquet::ParquetFileReader::Open(*store_.OpenRead("file"))->metadata();
  }

  arrow::Result<std::shared_ptr<arrow::Table>> Read(
      const std::shared_ptr<arrow::Schema>& schema,
      const ParquetReaderOptions& options = {}) {
    ARROW_ASSIGN_OR_RAISE(auto file, store_.OpenRead("file"));
    ARROW_ASSIGN_OR_RAISE(auto reader,
                          ParquetReader::Open(file, "file", schema, options));
    Batches batches;
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(auto batch, reader->Next({}));
      if (!batch.has_value()) break;
      batches.push_back(batch->rows);
    }
    return arrow::Table::FromRecordBatches(reader->schema(), batches);
  }

  MemoryStore store_;
};

std::vector<parquet::Encoding::type> EncodingsOf(const parquet::RowGroupMetaData& group,
                                                 int column) {
  return group.ColumnChunk(column)->encodings();
}

std::vector<ColumnHint> Hints(double distinct_values, size_t count) {
  return std::vector<ColumnHint>(count, {.distinct_values = distinct_values});
}

TEST_F(ParquetWriterTest, GivesBackEveryTypeExactly) {
  const auto batch = SampleBatch();
  const DataFile file = Write(batch->schema(), {batch, batch});
  EXPECT_EQ(file.rows, 12);
  EXPECT_EQ(file.bytes, static_cast<int64_t>(Bytes().size()));
  ASSERT_OK_AND_ASSIGN(const auto expected,
                       arrow::Table::FromRecordBatches(Batches{batch, batch}));
  ASSERT_OK_AND_ASSIGN(const auto table, Read(batch->schema()));
  ASSERT_OK(table->ValidateFull());
  for (int i = 0; i < table->num_columns(); ++i) {
    EXPECT_TRUE(table->schema()->field(i)->Equals(batch->schema()->field(i)));
    EXPECT_TRUE(table->column(i)->Equals(*expected->column(i),
                                         arrow::EqualOptions().nans_equal(true)))
        << batch->schema()->field(i)->ToString() << table->column(i)->ToString();
    EXPECT_EQ(file.columns[static_cast<size_t>(i)].nulls,
              expected->column(i)->null_count());
  }
}

/// Returns `array` with its first row NULL, whatever the row holds.
std::shared_ptr<arrow::Array> WithFirstRowNull(const arrow::Array& array) {
  const auto data = array.data()->Copy();
  data->buffers[0] = *arrow::AllocateBitmap(array.length());
  arrow::bit_util::SetBitsTo(data->buffers[0]->mutable_data(), 0, array.length(), true);
  arrow::bit_util::ClearBit(data->buffers[0]->mutable_data(), 0);
  data->null_count = 1;
  return arrow::MakeArray(data);
}

TEST_F(ParquetWriterTest, LeavesOutWhatLiesUnderANull) {
  const auto list = arrow::list(arrow::int32());
  const auto pair =
      arrow::struct_({arrow::field("l", list), arrow::field("n", arrow::int64())});
  const auto map = arrow::map(arrow::utf8(), list);
  const auto lists = WithFirstRowNull(*ArrayOf(list, "[[1, 2], [3], [], [4]]"));
  const auto pairs = WithFirstRowNull(*ArrayOf(
      pair, R"([{"l": [1], "n": 1}, {"l": [2, 3], "n": 2}, {"l": null, "n": 3}, null])"));
  const auto maps = WithFirstRowNull(
      *ArrayOf(map, R"([[["a", [1]]], [["b", [2]], ["c", null]], [], [["d", []]]])"));
  // The same in a list, and in slices.
  auto inner = ArrayOf(arrow::list(pair), R"([[{"l": [1], "n": 1}, {"l": [2], "n": 2}],
                                             [], null, [{"l": [3], "n": 3}]])")
                   ->data()
                   ->Copy();
  inner->child_data[0] =
      WithFirstRowNull(*arrow::MakeArray(inner->child_data[0]))->data();
  const auto batch = arrow::RecordBatch::Make(
      arrow::schema({arrow::field("lists", list), arrow::field("pairs", pair),
                     arrow::field("maps", map), arrow::field("deep", arrow::list(pair))}),
      4, {lists, pairs, maps, arrow::MakeArray(inner)});
  const DataFile file =
      Write(batch->schema(), {batch, batch->Slice(0, 2), batch->Slice(1, 3)});
  EXPECT_EQ(file.rows, 9);
  ASSERT_OK_AND_ASSIGN(const auto expected,
                       arrow::Table::FromRecordBatches(
                           Batches{batch, batch->Slice(0, 2), batch->Slice(1, 3)}));
  ASSERT_OK_AND_ASSIGN(const auto table, Read(batch->schema()));
  ASSERT_OK(table->ValidateFull());
  EXPECT_TRUE(table->Equals(*expected)) << table->ToString();
}

TEST_F(ParquetWriterTest, TellsTheTypesWithoutBeingToldTheSchema) {
  const auto batch = SampleBatch();
  Write(batch->schema(), {batch});
  ASSERT_OK_AND_ASSIGN(const auto table, Read(/*schema=*/nullptr));
  for (int i = 0; i < table->num_columns(); ++i) {
    const auto& type = *batch->schema()->field(i)->type();
    if (type.num_fields() > 0) continue;  // The names of list elements differ.
    EXPECT_TRUE(table->field(i)->type()->Equals(type)) << table->field(i)->ToString();
  }
}

TEST_F(ParquetWriterTest, MakesEveryColumnOptional) {
  const auto batch = OrderRows(/*first=*/0, /*num_rows=*/10);
  ASSERT_FALSE(batch->schema()->field(0)->nullable());
  Write(batch->schema(), {batch});
  const auto footer = Footer();
  for (int i = 0; i < footer->schema()->num_columns(); ++i) {
    EXPECT_TRUE(footer->schema()->Column(i)->schema_node()->is_optional());
  }
}

TEST_F(ParquetWriterTest, WritesTheSameBytesAgain) {
  const Batches batches = {OrderRows(0, 60000), OrderRows(60000, 50000)};
  const ParquetWriterOptions options{.row_group_bytes = 512 << 10};
  const DataFile first = Write(batches[0]->schema(), batches, options);
  const std::string bytes = Bytes();
  // Other capacities and offsets of the same rows.
  Batches copies;
  for (const auto& batch : batches) {
    const auto larger = arrow::ConcatenateRecordBatches({OrderRows(7, 3), batch});
    ASSERT_OK(larger);
    copies.push_back((*larger)->Slice(3));
  }
  const DataFile second = Write(batches[0]->schema(), copies, options);
  EXPECT_EQ(first, second);
  EXPECT_TRUE(bytes == Bytes());
  EXPECT_GT(Footer()->num_row_groups(), 2);
}

TEST_F(ParquetWriterTest, GivesUpDictionariesThatValuesWereChosenToCrowd) {
  arrow::Int64Builder values;
  for (uint64_t i = 0; i < 50000; ++i) {
    ASSERT_OK(values.Append(static_cast<int64_t>(ChosenNumber(i))));
  }
  const auto schema = arrow::schema({arrow::field("id", arrow::int64())});
  const auto ids = values.Finish().ValueOrDie();
  const auto batch = arrow::RecordBatch::Make(schema, ids->length(), {ids});
  Write(schema, {batch});
  EXPECT_THAT(EncodingsOf(*Footer()->RowGroup(0), 0),
              ::testing::Contains(parquet::Encoding::DELTA_BINARY_PACKED));
  ASSERT_OK_AND_ASSIGN(const auto table, Read(schema));
  EXPECT_TRUE(table->Equals(*arrow::Table::FromRecordBatches({batch}).ValueOrDie()));
}

TEST_F(ParquetWriterTest, KeepsNoMemoryOfLongTextsThatWouldCutRowGroups) {
  constexpr int kColumns = 12;
  arrow::FieldVector fields;
  for (int i = 0; i < kColumns; ++i) {
    fields.push_back(arrow::field("text" + std::to_string(i), arrow::utf8()));
  }
  const auto schema = arrow::schema(fields);
  Batches batches;
  for (int row = 0; row < 60; ++row) {
    arrow::ArrayVector columns;
    for (int i = 0; i < kColumns; ++i) {
      arrow::StringBuilder builder;
      ASSERT_OK(builder.Append(std::string(row % kColumns == i ? 500000 : 10, 'x')));
      columns.push_back(builder.Finish().ValueOrDie());
    }
    batches.push_back(arrow::RecordBatch::Make(schema, 1, columns));
  }
  Write(schema, batches, {.row_group_bytes = 4 << 20, .hints = Hints(-1, kColumns)});
  EXPECT_EQ(Footer()->num_row_groups(), 1);
}

TEST_F(ParquetWriterTest, ProvesTheSameValuesHoweverTheyAreCut) {
  const auto schema = OrderRows(0, 1)->schema();
  const DataFile whole = Write(schema, {OrderRows(0, 1000)});
  const DataFile pieces =
      Write(schema, {OrderRows(0, 1), OrderRows(1, 499), OrderRows(500, 500)});
  EXPECT_EQ(whole.rows, pieces.rows);
  EXPECT_EQ(whole.columns, pieces.columns);
}

TEST_F(ParquetWriterTest, NamesItsVersionAndNoTimeInTheFooter) {
  const auto batch = SampleBatch();
  Write(batch->schema(), {batch});
  EXPECT_THAT(Footer()->created_by(), ::testing::StartsWith("carmilla version "));
  // Readers that cannot parse the writer distrust the bounds of text columns.
  EXPECT_EQ(Footer()->writer_version().application_, "carmilla");
  EXPECT_EQ(Footer()->key_value_metadata(), nullptr);
}

TEST_F(ParquetWriterTest, CompressesAsAsked) {
  const auto batch = OrderRows(0, 20000);
  size_t uncompressed = 0;
  for (const auto& [compression, codec] :
       std::vector<std::pair<Compression, parquet::Compression::type>>{
           {Compression::kNone, parquet::Compression::UNCOMPRESSED},
           {Compression::kZstd, parquet::Compression::ZSTD},
           {Compression::kGzip, parquet::Compression::GZIP},
           {Compression::kSnappy, parquet::Compression::SNAPPY}}) {
    const DataFile file = Write(batch->schema(), {batch}, {.compression = compression});
    const auto footer = Footer();
    const auto group = footer->RowGroup(0);
    for (int i = 0; i < group->num_columns(); ++i) {
      EXPECT_EQ(group->ColumnChunk(i)->compression(), codec);
    }
    if (compression == Compression::kNone) uncompressed = Bytes().size();
    EXPECT_LE(Bytes().size(), uncompressed);
    ASSERT_OK_AND_ASSIGN(const auto table, Read(batch->schema()));
    EXPECT_EQ(table->num_rows(), file.rows);
  }
}

TEST_F(ParquetWriterTest, UsesDictionariesWhereValuesRepeat) {
  const auto batch = OrderRows(0, 20000);
  ParquetWriterOptions options;
  options.hints = {{.distinct_values = -1, .correlation = 1},
                   {.distinct_values = -0.5},
                   {.distinct_values = 2},
                   {.distinct_values = -0.8}};
  Write(batch->schema(), {batch}, options);
  const auto footer = Footer();
  const auto group = footer->RowGroup(0);
  const auto delta = parquet::Encoding::DELTA_BINARY_PACKED;
  const auto dictionary = parquet::Encoding::RLE_DICTIONARY;
  EXPECT_THAT(EncodingsOf(*group, 0), Contains(delta));
  EXPECT_THAT(EncodingsOf(*group, 1), Contains(delta));
  EXPECT_THAT(EncodingsOf(*group, 2), Contains(dictionary));
  EXPECT_THAT(EncodingsOf(*group, 3), Not(Contains(dictionary)));
}

TEST_F(ParquetWriterTest, KeepsBoundsOfNumbersAndOfSortedTextOnly) {
  const auto batch = OrderRows(0, 1000);
  ParquetWriterOptions options;
  options.hints.resize(4);
  options.hints[2].correlation = -0.95;
  Write(batch->schema(), {batch}, options);
  const auto footer = Footer();
  const auto group = footer->RowGroup(0);
  for (const int column : {0, 1, 2}) {
    ASSERT_NE(group->ColumnChunk(column)->statistics(), nullptr) << column;
    EXPECT_TRUE(group->ColumnChunk(column)->statistics()->HasMinMax()) << column;
  }
  EXPECT_EQ(group->ColumnChunk(3)->statistics(), nullptr);
}

TEST_F(ParquetWriterTest, WritesAReadableFileWithoutRows) {
  const auto schema = SampleBatch()->schema();
  const DataFile file = Write(schema, {});
  EXPECT_EQ(file.rows, 0);
  EXPECT_THAT(file.columns, Each(ColumnProof{}));
  ASSERT_OK_AND_ASSIGN(const auto table, Read(schema));
  EXPECT_EQ(table->num_rows(), 0);
}

TEST_F(ParquetWriterTest, ReadsInBatchesOfBoundedSize) {
  const auto schema = arrow::schema({arrow::field("text", arrow::utf8())});
  arrow::StringBuilder builder;
  for (int i = 0; i < 2000; ++i) ASSERT_OK(builder.Append(std::string(10000, 'x')));
  ASSERT_OK_AND_ASSIGN(const auto array, builder.Finish());
  // Dictionary pages make the file a thousandth of what it decodes to.
  Write(schema, {arrow::RecordBatch::Make(schema, 2000, {array})},
        {.hints = Hints(/*distinct_values=*/1, 1)});
  EXPECT_LT(Bytes().size(), 20000U);
  ASSERT_OK_AND_ASSIGN(const auto table, Read(schema, {.batch_bytes = 1 << 20}));
  EXPECT_EQ(table->num_rows(), 2000);
  EXPECT_GE(table->column(0)->num_chunks(), 19);
}

struct MemoryCase {
  std::string name;
  int columns;
  int64_t rows_per_batch;
  size_t text_bytes;  ///< 0: integers.
  int batches;
};

class ParquetWriterMemoryTest : public ParquetWriterTest,
                                public ::testing::WithParamInterface<MemoryCase> {};

/// Counts without keeping anything, so that what is measured is the writer's alone.
class CountingWriter : public ObjectWriter {
 public:
  arrow::Status Write(const void* /*data*/, int64_t nbytes) override {
    position_ += nbytes;
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  arrow::Status Commit() override { return arrow::Status::OK(); }
  uint32_t crc32c() const override { return 0; }

 private:
  int64_t position_ = 0;
};

/// Returns what both pools have given out that the writer may take memory from.
int64_t AllocatedBytes() {
  const arrow::MemoryPool* usual = arrow::default_memory_pool();
  arrow::MemoryPool* other = nullptr;
  const bool are_two = arrow::jemalloc_memory_pool(&other).ok() &&
                       other->backend_name() != usual->backend_name();
  return usual->bytes_allocated() + (are_two ? other->bytes_allocated() : 0);
}

TEST_P(ParquetWriterMemoryTest, StaysNearThreeTimesTheRowGroup) {
  const MemoryCase& parameter = GetParam();
  constexpr int64_t kRowGroupBytes = 16 << 20;
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  std::mt19937_64 generate(1);
  for (int column = 0; column < parameter.columns; ++column) {
    arrow::Int64Builder integers;
    arrow::StringBuilder texts;
    for (int64_t row = 0; row < parameter.rows_per_batch; ++row) {
      const uint64_t random = generate();
      ASSERT_OK(integers.Append(static_cast<int64_t>(random)));
      std::string text(parameter.text_bytes, 'x');
      for (size_t at = 0; at < text.size(); ++at) {
        text[at] = static_cast<char>('a' + ((random + at * at * 31) >> (at % 24)) % 26);
      }
      ASSERT_OK(texts.Append(text));
    }
    const bool is_text = parameter.text_bytes > 0;
    fields.push_back(arrow::field("c" + std::to_string(column),
                                  is_text ? arrow::utf8() : arrow::int64()));
    arrays.emplace_back();
    ASSERT_OK(is_text ? texts.Finish(&arrays.back()) : integers.Finish(&arrays.back()));
  }
  const auto schema = arrow::schema(fields);
  const auto batch = arrow::RecordBatch::Make(schema, parameter.rows_per_batch, arrays);

  CountingWriter output;
  ASSERT_OK_AND_ASSIGN(
      auto writer,
      ParquetWriter::Open(schema, {.row_group_bytes = kRowGroupBytes}, &output));
  int64_t largest = 0;
  const int64_t before = AllocatedBytes();
  for (int i = 0; i < parameter.batches; ++i) {
    ASSERT_OK(writer->Write(*batch));
    largest = std::max(largest, AllocatedBytes() - before);
  }
  ASSERT_OK(writer->Finish());
  EXPECT_GT(largest, kRowGroupBytes / 4);
  EXPECT_LT(largest, 3 * kRowGroupBytes);
  EXPECT_GT(*output.Tell(), kRowGroupBytes);
}

INSTANTIATE_TEST_SUITE_P(Shapes, ParquetWriterMemoryTest,
                         ::testing::Values(MemoryCase{"narrow", 2, 65536, 0, 60},
                                           MemoryCase{"long_text", 1, 80, 100000, 20},
                                           MemoryCase{"columns_300", 300, 3000, 0, 8},
                                           MemoryCase{"columns_1600", 1600, 600, 0, 6}),
                         [](const auto& test) { return test.param.name; });

TEST_F(ParquetWriterTest, WritesSixteenHundredColumns) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (int i = 0; i < 1600; ++i) {
    const auto type = i % 3 == 0 ? arrow::utf8() : arrow::int32();
    fields.push_back(arrow::field("column " + std::to_string(i), type));
    arrays.push_back(i % 3 == 0 ? ArrayOf(type, R"(["a", null, "b"])")
                                : ArrayOf(type, "[1, null, 3]"));
  }
  const auto batch = arrow::RecordBatch::Make(arrow::schema(fields), 3, arrays);
  Write(batch->schema(), {batch, batch});
  EXPECT_EQ(Footer()->num_row_groups(), 1);
  ASSERT_OK_AND_ASSIGN(const auto table, Read(batch->schema()));
  ASSERT_OK_AND_ASSIGN(const auto expected,
                       arrow::Table::FromRecordBatches(Batches{batch, batch}));
  EXPECT_TRUE(table->Equals(*expected));
}

TEST_F(ParquetWriterTest, RefusesASchemaWithoutColumns) {
  ASSERT_OK_AND_ASSIGN(auto output, store_.OpenWrite("file"));
  EXPECT_THAT(ParquetWriter::Open(arrow::schema({}), {}, output.get()),
              HasKind(ErrorKind::kUnsupported));
}

TEST_F(ParquetWriterTest, RefusesABatchOfAnotherSchema) {
  ASSERT_OK_AND_ASSIGN(auto output, store_.OpenWrite("file"));
  ASSERT_OK_AND_ASSIGN(auto writer,
                       ParquetWriter::Open(SampleBatch()->schema(), {}, output.get()));
  EXPECT_THAT(writer->Write(*OrderRows(0, 1)), HasKind(ErrorKind::kBug));
}

TEST_F(ParquetWriterTest, WritesNothingMoreOnceGivenUp) {
  const auto batch = OrderRows(0, 1000);
  for (const bool is_explicit : {true, false}) {
    ASSERT_OK_AND_ASSIGN(auto output, store_.OpenWrite("file"));
    ASSERT_OK_AND_ASSIGN(auto writer,
                         ParquetWriter::Open(batch->schema(), {}, output.get()));
    ASSERT_OK(writer->Write(*batch));
    const auto before = output->Tell();
    if (is_explicit) writer->Abort();
    writer.reset();
    EXPECT_EQ(*output->Tell(), *before);
  }
}

/// Fails as a full disk does.
class FullDisk : public CountingWriter {
 public:
  explicit FullDisk(int64_t capacity) : capacity_(capacity) {}
  arrow::Status Write(const void* data, int64_t nbytes) override {
    capacity_ -= nbytes;
    if (capacity_ < 0) return MakeError(ErrorKind::kDiskFull, "disk full", "make room");
    return CountingWriter::Write(data, nbytes);
  }

 private:
  int64_t capacity_;
};

TEST_F(ParquetWriterTest, KeepsTheKindAndHintOfTheStoresError) {
  const auto batch = OrderRows(0, 50000);
  for (const int64_t capacity : {0, 4, 1000, 700000}) {
    FullDisk output(capacity);
    arrow::Status status;
    {
      auto writer =
          ParquetWriter::Open(batch->schema(), {.row_group_bytes = 1 << 20}, &output);
      status = writer.status();
      for (int i = 0; i < 3 && status.ok(); ++i) status = (*writer)->Write(*batch);
      if (status.ok()) status = (*writer)->Finish();
    }
    EXPECT_THAT(status, HasKind(ErrorKind::kDiskFull));
    EXPECT_THAT(status, StatusHintHas("make room"));
  }
}

TEST_F(ParquetWriterTest, ALongTextCutsItsRowGroupAndNoOther) {
  const auto schema = arrow::schema({arrow::field("text", arrow::utf8())});
  const auto texts = [&](int64_t num_rows, size_t bytes) {
    arrow::StringBuilder builder;
    for (int64_t i = 0; i < num_rows; ++i) {
      EXPECT_OK(builder.Append(std::string(bytes, static_cast<char>('a' + i % 26))));
    }
    return arrow::RecordBatch::Make(schema, num_rows, {*builder.Finish()});
  };
  Batches batches = {texts(1, 10 << 20)};
  for (int i = 0; i < 20; ++i) batches.push_back(texts(1000, 1000));
  Write(schema, batches,
        {.row_group_bytes = 16 << 20, .hints = {{.distinct_values = -1}}});
  EXPECT_LE(Footer()->num_row_groups(), 3);
}

/// Text of few values alone, in lists, structs and maps, with NULL and nothing at every
/// depth and over long stretches; and text of many values.
std::shared_ptr<arrow::RecordBatch> FewTexts(int64_t num_rows) {
  std::string few;
  std::string tags;
  std::string persons;
  std::string labels;
  std::string many;
  for (int64_t row = 0; row < num_rows; ++row) {
    const char* const comma = row == 0 ? "[" : ",";
    const std::string text =
        row % 5 == 0 ? "null" : "\"kind " + std::to_string(row % 3) + "\"";
    const bool is_stretch = row / 2000 % 2 == 1;
    few += comma + text;
    tags += comma + (is_stretch     ? std::string(row % 2 == 0 ? "[]" : "null")
                     : row % 7 == 0 ? std::string("null")
                                    : "[" + text + ",\"a\"]");
    persons += comma + (row % 11 == 0 ? std::string("null") : "[" + text + ",1]");
    labels += comma + ("[[\"k" + std::to_string(row % 4) + "\"," + text + "]]");
    // Hardly smaller when compressed, so that there are several row groups.
    const uint64_t scattered = static_cast<uint64_t>(row) * 0x9E3779B97F4A7C15;
    many += comma + ("\"" + std::to_string(scattered) + "\"");
  }
  const auto person = arrow::struct_(
      {arrow::field("name", arrow::utf8()), arrow::field("age", arrow::int32())});
  const auto label = arrow::map(arrow::utf8(), arrow::utf8());
  return arrow::RecordBatch::Make(
      arrow::schema({arrow::field("few", arrow::utf8()),
                     arrow::field("tags", arrow::list(arrow::utf8())),
                     arrow::field("person", person), arrow::field("labels", label),
                     arrow::field("many", arrow::utf8())}),
      num_rows,
      {ArrayOf(arrow::utf8(), few + "]"), ArrayOf(arrow::list(arrow::utf8()), tags + "]"),
       ArrayOf(person, persons + "]"), ArrayOf(label, labels + "]"),
       ArrayOf(arrow::utf8(), many + "]")});
}

TEST_F(ParquetWriterTest, ReaderKeepsCodesOfTextOnDemandAndGivesTheSameValues) {
  const auto batch = FewTexts(80000);
  const auto& schema = batch->schema();
  ParquetWriterOptions options{.row_group_bytes = 800 << 10};  // six dictionaries
  options.hints.resize(5);
  options.hints[4].distinct_values = -1;  // as many as rows: not worth a dictionary
  Write(schema, {batch}, options);
  ASSERT_GT(Footer()->num_row_groups(), 2);

  ASSERT_OK_AND_ASSIGN(auto file, store_.OpenRead("file"));
  ASSERT_OK_AND_ASSIGN(
      auto reader, ParquetReader::Open(file, "file", schema,
                                       {.batch_rows = 500, .keep_dictionaries = true}));
  const auto code = arrow::dictionary(arrow::int32(), arrow::utf8());
  int64_t rows_read = 0;
  for (;;) {
    ASSERT_OK_AND_ASSIGN(const auto read, reader->Next({}));
    if (!read.has_value()) break;
    const arrow::RecordBatch& rows = *read->rows;
    EXPECT_TRUE(rows.column(0)->type()->Equals(code));
    EXPECT_TRUE(rows.column(1)->type()->field(0)->type()->Equals(code));
    EXPECT_TRUE(rows.column(2)->type()->field(0)->type()->Equals(code));
    for (const auto& field : rows.column(3)->type()->field(0)->type()->fields()) {
      EXPECT_TRUE(field->type()->Equals(code)) << field->name();
    }
    EXPECT_TRUE(rows.column(4)->type()->Equals(arrow::utf8()));
    const auto expected = batch->Slice(rows_read, rows.num_rows());
    for (int i = 0; i < rows.num_columns(); ++i) {
      ASSERT_OK_AND_ASSIGN(
          const auto values,
          arrow::compute::Cast(*rows.column(i), schema->field(i)->type()));
      EXPECT_TRUE(values->Equals(expected->column(i))) << schema->field(i)->name();
    }
    rows_read += rows.num_rows();
  }
  EXPECT_EQ(rows_read, batch->num_rows());
}

TEST_F(ParquetWriterTest, ReaderIsCancelledByItsToken) {
  const auto batch = OrderRows(0, 10);
  Write(batch->schema(), {batch});
  ASSERT_OK_AND_ASSIGN(auto file, store_.OpenRead("file"));
  ASSERT_OK_AND_ASSIGN(auto reader, ParquetReader::Open(file, "file", batch->schema()));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THAT(reader->Next(stop.get_token()), HasKind(ErrorKind::kInterrupted));
}

TEST_F(ParquetWriterTest, ReaderRefusesWhatIsNoParquetFile) {
  store_.Put("file", "PAR1 this is not a Parquet file PAR1");
  const auto result = Read(/*schema=*/nullptr);
  EXPECT_THAT(result, HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(result, StatusMessageHas("reading file"));
}

}  // namespace
}  // namespace carmilla
