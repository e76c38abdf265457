#include "columnar/file_proof.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/concatenate.h>
#include <arrow/buffer.h>
#include <arrow/compare.h>
#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/util/bit_util.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include "columnar/parquet_writer.h"
#include "columnar/sample_table.h"
#include "columnar/stored_texts.h"
#include "core/crc32c.h"
#include "core/error.h"
#include "testing/matchers.h"
#include "testing/memory_store.h"

namespace carmilla {
namespace {

using ArrayDatas = std::vector<std::shared_ptr<arrow::ArrayData>>;

std::shared_ptr<arrow::Buffer> CopyOf(const arrow::Buffer& buffer) {
  return buffer.CopySlice(0, buffer.size()).ValueOrDie();
}

/// Returns `data` with the lowest bit of the value in one slot of a leaf flipped; null
/// where there is no bit.
std::shared_ptr<arrow::ArrayData> WithFlippedBit(const arrow::ArrayData& data,
                                                 int64_t slot) {
  const bool is_text = arrow::is_base_binary_like(data.type->id());
  auto changed = data.Copy();
  auto& values = changed->buffers[is_text ? 2 : 1];
  values = CopyOf(*values);
  const int64_t at = data.offset + slot;
  if (data.type->id() == arrow::Type::BOOL) {
    values->mutable_data()[at / 8] ^= static_cast<uint8_t>(1U << at % 8);
  } else if (is_text) {
    const auto* const offsets = data.GetValues<int32_t>(1);
    if (offsets[slot] == offsets[slot + 1]) return nullptr;
    values->mutable_data()[offsets[slot]] ^= 1;
  } else {
    values->mutable_data()[at * data.type->byte_width()] ^= 1;
  }
  return changed;
}

std::shared_ptr<arrow::ArrayData> WithNullIn(const arrow::ArrayData& data, int64_t slot) {
  auto changed = data.Copy();
  changed->null_count = arrow::kUnknownNullCount;
  changed->buffers[0] =
      data.buffers[0] != nullptr
          ? CopyOf(*data.buffers[0])
          : arrow::AllocateBitmap(data.offset + data.length).ValueOrDie();
  uint8_t* const bits = changed->buffers[0]->mutable_data();
  if (data.buffers[0] == nullptr) {
    arrow::bit_util::SetBitsTo(bits, 0, data.offset + data.length, true);
  }
  arrow::bit_util::ClearBit(bits, data.offset + slot);
  return changed;
}

/// Returns `data` again and again, each time with one other leaf value, at whatever
/// depth, changed or made NULL.
ArrayDatas ChangedInOnePlace(const arrow::ArrayData& data, bool may_be_null) {
  ArrayDatas changed;
  for (size_t i = 0; i < data.child_data.size(); ++i) {
    // Keys of maps are never NULL, and so are the pairs of key and value.
    const bool is_map = data.type->id() == arrow::Type::MAP;
    for (auto& child :
         ChangedInOnePlace(*data.child_data[i], !is_map && (may_be_null || i > 0))) {
      changed.push_back(data.Copy());
      changed.back()->child_data[i] = std::move(child);
    }
  }
  if (!data.child_data.empty()) return changed;
  for (int64_t slot = 0; slot < data.length; ++slot) {
    if (auto flipped = WithFlippedBit(data, slot)) changed.push_back(std::move(flipped));
    if (may_be_null) changed.push_back(WithNullIn(data, slot));
  }
  return changed;
}

class FileProofTest : public ::testing::Test {
 protected:
  DataFile Write(const std::string& key, const arrow::RecordBatch& batch,
                 const ParquetWriterOptions& options = {}) {
    DataFile file;
    const auto write = [&]() -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(auto output, store_.OpenWrite(key));
      ARROW_ASSIGN_OR_RAISE(auto writer,
                            ParquetWriter::Open(batch.schema(), options, output.get()));
      ARROW_RETURN_NOT_OK(writer->Write(batch));
      ARROW_RETURN_NOT_OK(writer->Finish());
      file = writer->file();
      return output->Commit();
    };
    EXPECT_OK(write());
    return file;
  }

  arrow::Status Structure(const std::string& key, const DataFile& expected,
                          const arrow::Schema& schema) {
    ARROW_ASSIGN_OR_RAISE(auto file, store_.OpenRead(key));
    return ProveStructure(std::move(file), key, expected, schema, {});
  }
  arrow::Status Values(const std::string& key, const DataFile& expected,
                       const arrow::Schema& schema) {
    ARROW_ASSIGN_OR_RAISE(auto file, store_.OpenRead(key));
    return ProveValues(std::move(file), key, expected, schema, {});
  }

  /// Writes `batch`, and claims of it all that needs no values from `expected`: as if
  /// what the encoder stored were not what it was given.
  DataFile WriteAs(const std::string& key, const arrow::RecordBatch& batch,
                   const DataFile& expected) {
    DataFile claimed = Write(key, batch);
    claimed.columns = expected.columns;
    return claimed;
  }

  /// Flips a bit of each byte of a file in turn, under a checksum that is right: which
  /// share of them the values tell. Bytes that no value depends on, such as the page
  /// index, may be wrong unseen.
  double ShareFoundByValues(const arrow::RecordBatch& batch) {
    const DataFile file = Write("file", batch);
    const std::string stored = store_.Get("file").ValueOrDie().contents;
    size_t found = 0;
    for (size_t at = 0; at < stored.size(); ++at) {
      std::string damaged = stored;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
      store_.Put("file", damaged);
      DataFile claimed = file;
      claimed.crc32c = ExtendCrc32c(0, damaged.data(), damaged.size());
      const arrow::Status status = Values("file", claimed, *batch.schema());
      if (status.ok()) continue;
      ++found;
      EXPECT_THAT(status, HasKind(ErrorKind::kCorruptData)) << at;
    }
    return static_cast<double>(found) / static_cast<double>(stored.size());
  }

  MemoryStore store_;
};

TEST_F(FileProofTest, AcceptsWhatWasWritten) {
  const auto batch = SampleBatch();
  for (const Compression compression : {Compression::kZstd, Compression::kGzip,
                                        Compression::kSnappy, Compression::kNone}) {
    const DataFile file = Write("file", *batch, {.compression = compression});
    EXPECT_OK(Structure("file", file, *batch->schema()));
    EXPECT_OK(Values("file", file, *batch->schema()));
  }
}

TEST_F(FileProofTest, AcceptsManyRowGroupsAndNoRowsAtAll) {
  const auto batch = OrderRows(0, 60000);
  const DataFile many = Write("many", *batch, {.row_group_bytes = 1 << 20});
  EXPECT_OK(Values("many", many, *batch->schema()));
  const DataFile none = Write("none", *batch->Slice(0, 0));
  EXPECT_OK(Values("none", none, *batch->schema()));
}

TEST_F(FileProofTest, AcceptsWhatIsNestedInManyRowGroupsAndPages) {
  const auto batch = BoundedRows(0, 20000);
  const DataFile file = Write("file", *batch, {.row_group_bytes = 400 << 10});
  EXPECT_OK(Values("file", file, *batch->schema()));
}

TEST_F(FileProofTest, FindsEveryFlippedByte) {
  const auto batch = OrderRows(0, 300);
  const DataFile file = Write("file", *batch);
  ASSERT_OK_AND_ASSIGN(const auto stored, store_.Get("file"));
  for (size_t at = 0; at < stored.contents.size(); ++at) {
    std::string damaged = stored.contents;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    store_.Put("file", damaged);
    ASSERT_THAT(Structure("file", file, *batch->schema()),
                HasKind(ErrorKind::kCorruptData))
        << at;
  }
}

TEST_F(FileProofTest, SurvivesEveryFlippedByteEvenIfTheChecksumIsRight) {
  EXPECT_GT(ShareFoundByValues(*OrderRows(0, 300)), 0.5);
}

TEST_F(FileProofTest, SurvivesEveryFlippedByteOfTextsInsideOfOtherTypes) {
  const std::string rows = R"([[["a","b",null],[["k","v"]],["n",1]],
                               [[],[],["m",null]], [null,null,null],
                               [["b"],[["k","w"],["l",null]],[null,2]]])";
  const auto type = arrow::struct_(
      {arrow::field("tags", arrow::list(arrow::utf8())),
       arrow::field("labels", arrow::map(arrow::utf8(), arrow::utf8())),
       arrow::field("person", arrow::struct_({arrow::field("name", arrow::utf8()),
                                              arrow::field("age", arrow::int32())}))});
  const auto batch = arrow::RecordBatch::FromStructArray(ArrayOf(type, rows));
  EXPECT_GT(ShareFoundByValues(**batch), 0.3);
}

TEST_F(FileProofTest, FindsTruncationAndGrowth) {
  const auto batch = OrderRows(0, 300);
  const DataFile file = Write("file", *batch);
  ASSERT_OK_AND_ASSIGN(const auto stored, store_.Get("file"));
  for (const size_t size :
       {size_t{0}, size_t{3}, stored.contents.size() / 2, stored.contents.size() - 1}) {
    store_.Put("file", stored.contents.substr(0, size));
    EXPECT_THAT(Structure("file", file, *batch->schema()),
                HasKind(ErrorKind::kCorruptData));
  }
  store_.Put("file", stored.contents + "x");
  EXPECT_THAT(Structure("file", file, *batch->schema()),
              StatusMessageHas("bytes differ"));
}

TEST_F(FileProofTest, FindsSwappedFiles) {
  const auto left = OrderRows(0, 300);
  const auto right = OrderRows(300, 300);
  const DataFile expected = Write("left", *left);
  Write("right", *right);
  EXPECT_THAT(Structure("right", expected, *left->schema()),
              HasKind(ErrorKind::kCorruptData));
}

TEST_F(FileProofTest, NamesAMissingFile) {
  const auto batch = OrderRows(0, 1);
  const DataFile file = Write("file", *batch);
  EXPECT_THAT(Structure("other", file, *batch->schema()), HasKind(ErrorKind::kNotFound));
  EXPECT_THAT(Values("other", file, *batch->schema()), StatusMessageHas("other"));
}

TEST_F(FileProofTest, FindsTwoSwappedValuesOfOneColumn) {
  const auto batch = OrderRows(0, 1000);
  const DataFile expected = Write("file", *batch);
  const auto ids = batch->column(0);
  ASSERT_OK_AND_ASSIGN(const auto swapped,
                       arrow::Concatenate({ids->Slice(0, 500), ids->Slice(501, 1),
                                           ids->Slice(500, 1), ids->Slice(502)}));
  ASSERT_OK_AND_ASSIGN(const auto wrong,
                       batch->SetColumn(0, batch->schema()->field(0), swapped));
  const DataFile claimed = WriteAs("file", *wrong, expected);
  EXPECT_OK(Structure("file", claimed, *batch->schema()));
  const arrow::Status status = Values("file", claimed, *batch->schema());
  EXPECT_THAT(status, HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(status, StatusMessageHas("values differ in column id"));
}

TEST_F(FileProofTest, FindsEveryValueThatIsAnotherOneOrNullAtAnyDepth) {
  const auto batch = SampleBatch();
  const auto equality = arrow::EqualOptions().nans_equal(true).signed_zeros_equal(false);
  int found = 0;
  for (int i = 0; i < batch->num_columns(); ++i) {
    const auto column = batch->column(i);
    const auto schema = arrow::schema({batch->schema()->field(i)});
    const DataFile expected =
        Write("file", *arrow::RecordBatch::Make(schema, column->length(), {column}));
    for (const auto& data : ChangedInOnePlace(*column->data(), /*may_be_null=*/true)) {
      const auto changed = arrow::MakeArray(data);
      if (changed->Equals(column, equality)) continue;  // under a NULL
      const DataFile claimed =
          WriteAs("file", *arrow::RecordBatch::Make(schema, column->length(), {changed}),
                  expected);
      ASSERT_THAT(Values("file", claimed, *schema), HasKind(ErrorKind::kCorruptData))
          << schema->ToString() << changed->ToString();
      ++found;
    }
  }
  EXPECT_GT(found, 400);
}

/// A few texts again and again, then others that never repeat: their dictionary is given
/// up within each row group. `changed` is another text than it would be.
std::shared_ptr<arrow::RecordBatch> TextsOfBothKinds(int64_t changed) {
  arrow::StringBuilder builder;
  for (int64_t i = 0; i < 20000; ++i) {
    std::string text = i < 2000 ? "text " + std::to_string(i % 7)
                                : std::string(90, '.') + std::to_string(i);
    if (i == changed) text.back() = '!';
    EXPECT_OK(i % 11 == 10 ? builder.AppendNull() : builder.Append(text));
  }
  return arrow::RecordBatch::Make(arrow::schema({arrow::field("t", arrow::utf8())}),
                                  20000, {builder.Finish().ValueOrDie()});
}

TEST_F(FileProofTest, FindsAChangedTextAmongCodesAndBehindThem) {
  const auto batch = TextsOfBothKinds(/*changed=*/-1);
  const DataFile expected = Write("file", *batch);
  ASSERT_OK_AND_ASSIGN(const auto stored, store_.OpenRead("file"));
  const auto footer = parquet::ReadMetaData(stored);
  ASSERT_TRUE(IsOfPlainTexts(*footer, 0));
  ASSERT_THAT(footer->RowGroup(0)->ColumnChunk(0)->encodings(),
              ::testing::Contains(parquet::Encoding::RLE_DICTIONARY));
  EXPECT_OK(Values("file", expected, *batch->schema()));
  for (const int64_t changed : {0, 1, 1999, 2000, 10007, 19999}) {
    const DataFile claimed = WriteAs("file", *TextsOfBothKinds(changed), expected);
    EXPECT_THAT(Values("file", claimed, *batch->schema()),
                HasKind(ErrorKind::kCorruptData))
        << changed;
  }
}

/// The block of 128 deltas in 4 parts, with which lengths of texts begin.
const std::string kDeltaHeader = {'\x80', '\x01', '\x04'};

TEST_F(FileProofTest, FindsAPageThatHasFewerTextsThanLevels) {
  const auto type = arrow::utf8();
  const auto batch = arrow::RecordBatch::Make(arrow::schema({arrow::field("t", type)}), 4,
                                              {ArrayOf(type, R"(["a", null, "", ""])")});
  const DataFile file = Write(
      "file", *batch, {.compression = Compression::kNone, .hints = {{.is_json = true}}});
  std::string stored = store_.Get("file").ValueOrDie().contents;
  const size_t header = stored.find(kDeltaHeader);
  ASSERT_NE(header, std::string::npos);
  char& count = stored.at(header + kDeltaHeader.size());
  ASSERT_EQ(count, 3);
  count = 1;  // The texts that are then missing are empty ones.
  store_.Put("file", stored);
  DataFile claimed = file;
  claimed.crc32c = ExtendCrc32c(0, stored.data(), stored.size());
  EXPECT_OK(Structure("file", claimed, *batch->schema()));
  EXPECT_THAT(Values("file", claimed, *batch->schema()),
              HasKind(ErrorKind::kCorruptData));
}

TEST_F(FileProofTest, FindsARowTooFewAndANullTooManyFromTheFooter) {
  const auto batch = OrderRows(0, 1000);
  const DataFile expected = Write("file", *batch);
  DataFile claimed = expected;
  claimed.rows = 1001;
  EXPECT_THAT(Structure("file", claimed, *batch->schema()),
              StatusMessageHas("rows differ: expected 1001, stored 1000"));
  claimed = expected;
  ++claimed.columns[3].nulls;
  EXPECT_THAT(Structure("file", claimed, *batch->schema()),
              StatusMessageHas("NULL values of column note"));
}

TEST_F(FileProofTest, CountsNullListsApartFromNullElements) {
  const auto batch = SampleBatch();
  const DataFile file = Write("file", *batch);
  for (size_t i = 0; i < file.columns.size(); ++i) {
    DataFile claimed = file;
    claimed.columns[i].nulls = 5;
    EXPECT_THAT(Structure("file", claimed, *batch->schema()),
                StatusMessageHas("NULL values"));
  }
}

TEST_F(FileProofTest, FindsAnotherSchema) {
  const auto batch = OrderRows(0, 10);
  const DataFile file = Write("file", *batch);
  const auto& fields = batch->schema()->fields();
  const std::vector<arrow::FieldVector> others = {
      {fields[0], fields[1], fields[2], arrow::field("other", arrow::utf8())},
      {fields[0], fields[1], fields[2], arrow::field("note", arrow::binary())},
      {fields[0], arrow::field("price", arrow::decimal64(12, 3)), fields[2], fields[3]},
      {arrow::field("id", arrow::timestamp(arrow::TimeUnit::MICRO)), fields[1], fields[2],
       fields[3]},
      {fields[1], fields[0], fields[2], fields[3]}};
  for (const arrow::FieldVector& other : others) {
    EXPECT_THAT(Structure("file", file, *arrow::schema(other)),
                HasKind(ErrorKind::kCorruptData));
  }
}

TEST_F(FileProofTest, IsCancelledByItsToken) {
  const auto batch = OrderRows(0, 10);
  const DataFile expected = Write("file", *batch);
  ASSERT_OK_AND_ASSIGN(auto file, store_.OpenRead("file"));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THAT(ProveStructure(file, "file", expected, *batch->schema(), stop.get_token()),
              HasKind(ErrorKind::kInterrupted));
}

TEST_F(FileProofTest, NeverShowsAValue) {
  const auto schema = arrow::schema({arrow::field("secret", arrow::utf8())});
  const auto batch =
      arrow::RecordBatch::Make(schema, 1, {ArrayOf(arrow::utf8(), R"(["canary"])")});
  const auto other =
      arrow::RecordBatch::Make(schema, 1, {ArrayOf(arrow::utf8(), R"(["sparrow"])")});
  const DataFile claimed = WriteAs("file", *other, Write("file", *batch));
  const arrow::Status status = Values("file", claimed, *schema);
  EXPECT_THAT(status, HasKind(ErrorKind::kCorruptData));
  EXPECT_EQ(status.ToString().find("canary"), std::string::npos);
  EXPECT_EQ(status.ToString().find("sparrow"), std::string::npos);
}

}  // namespace
}  // namespace carmilla
