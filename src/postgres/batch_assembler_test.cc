#include "postgres/batch_assembler.h"

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "postgres/recorded_stream.h"
#include "postgres/sample_columns.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;

CopyRequest NumbersAndTexts() {
  CopyRequest request;
  request.relation = {"app", "orders"};
  request.parent = request.relation;
  request.columns = {Column("id", WireForm::kInt32, arrow::int32()),
                     Column("note", WireForm::kText, arrow::utf8())};
  return request;
}

CopyRequest Ranged(std::vector<BlockRange> ranges) {
  CopyRequest request = NumbersAndTexts();
  request.method = ScanMethod::kSequential;
  request.ranges = std::move(ranges);
  return request;
}

std::string Row(uint64_t id, const std::string& note) {
  return CopyRow({BigEndian(id, 4), note});
}

/// The message of a row as RowAt makes it, as a scan that selects no ctid gets it.
std::string WithoutCtid(const std::string& row) {
  constexpr size_t kCountBytes = sizeof(int16_t);
  const auto count = static_cast<uint64_t>(LoadInt16(row.data()) - 1);
  return BigEndian(count, kCountBytes) +
         row.substr(kCountBytes + kCopyLengthBytes + kCtidBytes);
}

std::string RowAt(uint32_t block, uint64_t id, const std::string& note = "x") {
  return CopyRow({Ctid(block, 1), BigEndian(id, 4), note});
}

/// All batches of a recorded copy, or its error.
arrow::Result<std::vector<SourceBatch>> ReadAll(const CopyRequest& request,
                                                std::vector<std::string> messages,
                                                int64_t reported_rows = -1) {
  RecordedStream stream(std::move(messages), reported_rows);
  ARROW_ASSIGN_OR_RAISE(auto assembler, BatchAssembler::Make(request, 150000));
  std::vector<SourceBatch> batches;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(auto batch, assembler->Next(stream, std::stop_token()));
    if (!batch.has_value()) return batches;
    ARROW_RETURN_NOT_OK(batch->rows->ValidateFull());
    batches.push_back(std::move(*batch));
  }
}

std::vector<std::pair<int32_t, int64_t>> RangesAndRows(
    const std::vector<SourceBatch>& batches) {
  std::vector<std::pair<int32_t, int64_t>> shape;
  shape.reserve(batches.size());
  for (const SourceBatch& batch : batches) {
    shape.emplace_back(batch.range, batch.rows->num_rows());
  }
  return shape;
}

TEST(BatchAssemblerTest, ReadsTheHeaderAloneOrBeforeTheFirstRow) {
  const std::string row = Row(7, "seven");
  for (const std::vector<std::string>& messages :
       {std::vector<std::string>{CopyHeader() + row, CopyTrailer()},
        std::vector<std::string>{CopyHeader(), row, CopyTrailer()}}) {
    ASSERT_OK_AND_ASSIGN(const auto batches, ReadAll(NumbersAndTexts(), messages, 1));
    ASSERT_THAT(RangesAndRows(batches), ElementsAre(std::pair(0, 1)));
    EXPECT_EQ(batches[0].rows->ToString(),
              "id:   [\n    7\n  ]\nnote:   [\n    \"seven\"\n  ]\n");
  }
}

TEST(BatchAssemblerTest, SkipsTheHeadersExtensionAndHarmlessFlags) {
  const std::string header =
      std::string(kCopySignature) + BigEndian(0xffff, 4) + BigEndian(3, 4) + "abc";
  EXPECT_THAT(ReadAll(NumbersAndTexts(), {header, Row(1, ""), CopyTrailer()}), IsOk());
}

TEST(BatchAssemblerTest, ReadsAnEmptyTable) {
  ASSERT_OK_AND_ASSIGN(auto batches,
                       ReadAll(NumbersAndTexts(), {CopyHeader() + CopyTrailer()}, 0));
  EXPECT_TRUE(batches.empty());
  ASSERT_OK_AND_ASSIGN(batches,
                       ReadAll(NumbersAndTexts(), {CopyHeader(), CopyTrailer()}, 0));
  EXPECT_TRUE(batches.empty());
}

TEST(BatchAssemblerTest, CountsRowsWithoutColumns) {
  CopyRequest request = NumbersAndTexts();
  request.columns.clear();
  ASSERT_OK_AND_ASSIGN(
      const auto batches,
      ReadAll(request, {CopyHeader(), CopyRow({}), CopyRow({}), CopyTrailer()}));
  EXPECT_THAT(RangesAndRows(batches), ElementsAre(std::pair(0, 2)));
}

TEST(BatchAssemblerTest, RefusesAStreamThatEndsEarly) {
  EXPECT_THAT(ReadAll(NumbersAndTexts(), {}), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(ReadAll(NumbersAndTexts(), {CopyHeader(), Row(1, "a")}),
              HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(ReadAll(NumbersAndTexts(), {CopyHeader(), Row(1, "a"), CopyTrailer()}, 2),
              HasKind(ErrorKind::kBug));
}

TEST(BatchAssemblerTest, RefusesMalformedMessages) {
  const std::string old_header = std::string(kCopySignature) + BigEndian(1 << 16, 4);
  const std::string good = Row(1, "abc");
  const std::string negative_length =
      BigEndian(2, 2) + BigEndian(0xfffffffe, 4) + BigEndian(0xffffffff, 4);
  for (const std::vector<std::string>& messages : std::vector<std::vector<std::string>>{
           {"PGCOPY\n"},
           {old_header + BigEndian(0, 4)},
           {std::string(kCopySignature) + BigEndian(0, 4) + BigEndian(1, 4)},
           {CopyHeader(), "x"},
           {CopyHeader(), BigEndian(1, 2) + good.substr(2)},
           {CopyHeader(), BigEndian(0x8000, 2)},
           {CopyHeader(), good + "x"},
           {CopyHeader(), negative_length},
           {CopyHeader(), CopyTrailer() + "x"},
           {CopyHeader(), CopyTrailer(), good},
           {CopyHeader(), CopyTrailer(), CopyTrailer()},
       }) {
    const auto result = ReadAll(NumbersAndTexts(), messages);
    EXPECT_THAT(result, HasKind(ErrorKind::kCorruptData));
    EXPECT_THAT(result, StatusMessageHas("reading app.orders: "));
  }
  for (size_t length = 0; length < good.size(); ++length) {
    const auto result =
        ReadAll(NumbersAndTexts(), {CopyHeader(), good.substr(0, length), CopyTrailer()});
    // Nothing behind the header is a message of its own, which libpq never delivers.
    EXPECT_THAT(result, HasKind(ErrorKind::kCorruptData)) << length;
  }
}

TEST(BatchAssemblerTest, LooksForNothingBehindARow) {
  // What follows in memory would complete the row: a NULL.
  const std::string cut = BigEndian(2, 2) + std::string(5, '\xff');
  for (const std::string& next : {CopyTrailer() + "\xff", std::string(8, '\0')}) {
    const auto result = ReadAll(NumbersAndTexts(), {CopyHeader(), cut, next});
    EXPECT_THAT(result, HasKind(ErrorKind::kCorruptData));
    EXPECT_THAT(result, StatusMessageHas("row 1: a row ends before its last field"));
  }
}

TEST(BatchAssemblerTest, TellsTheFirstProblemOfRowsThatAreDecodedTogether) {
  CopyRequest request = NumbersAndTexts();
  request.columns.push_back(Column("day", WireForm::kDate, arrow::date32()));
  const std::string good = CopyRow({BigEndian(1, 4), "a", BigEndian(1, 4)});
  const std::string wrong_id = CopyRow({BigEndian(1, 3), "a", BigEndian(1, 3)});
  const std::string wrong_day = CopyRow({BigEndian(1, 4), "a", BigEndian(1, 3)});
  struct Case {
    std::vector<std::string> rows;
    std::string problem;
  };
  for (const auto& [rows, problem] : std::vector<Case>{
           {{good, wrong_day, wrong_id}, "row 2: column \"day\""},
           {{good, good, wrong_id, wrong_day}, "row 3: column \"id\""},
           {{good, wrong_day, good + "x"}, "row 2: column \"day\""},
           {{good, good + "x", wrong_id}, "row 2: a row is longer"},
           {{good, wrong_id, "x"}, "row 2: column \"id\""},
           {{good, wrong_id}, "row 2: column \"id\""},
       }) {
    std::vector<std::string> messages{CopyHeader()};
    messages.insert(messages.end(), rows.begin(), rows.end());
    EXPECT_THAT(ReadAll(request, messages), StatusMessageHas(problem));
  }
}

TEST(BatchAssemblerTest, TellsWhereAValueWasRefused) {
  CopyRequest request = Ranged({{0, std::nullopt}});
  request.parent = {"app", "all_orders"};
  request.columns[0] = Column("day", WireForm::kDate, arrow::date32());
  const auto result =
      ReadAll(request, {CopyHeader(), RowAt(0, 1), RowAt(3, 0x7fffffff), CopyTrailer()});
  EXPECT_THAT(result, HasKind(ErrorKind::kData));
  EXPECT_THAT(result, StatusMessageHas("reading app.orders (a partition of "
                                       "app.all_orders): row 2 (ctid (3,1)): column "
                                       "\"day\": holds infinity"));
}

TEST(BatchAssemblerTest, AssignsRowsToRangesAndSkipsEmptyOnes) {
  CopyRequest request = Ranged({{0, 10}, {10, 20}, {20, 30}, {30, std::nullopt}});
  request.first_range = 5;
  ASSERT_OK_AND_ASSIGN(
      const auto batches,
      ReadAll(request, {CopyHeader(), RowAt(0, 1), RowAt(9, 2), RowAt(10, 3),
                        RowAt(31, 4), RowAt(0xffffffff, 5), CopyTrailer()}));
  EXPECT_THAT(RangesAndRows(batches),
              ElementsAre(std::pair(5, 2), std::pair(6, 1), std::pair(8, 2)));
}

TEST(BatchAssemblerTest, RefusesRowsOutOfPhysicalOrder) {
  CopyRequest request = Ranged({{0, 10}, {10, std::nullopt}});
  const std::vector<std::string> messages{CopyHeader(), RowAt(12, 1), RowAt(11, 2),
                                          CopyTrailer()};
  EXPECT_THAT(ReadAll(request, messages), HasKind(ErrorKind::kBug));
  request.where = "id IN (SELECT 1)";
  EXPECT_THAT(ReadAll(request, messages), HasKind(ErrorKind::kUnsupported));
}

TEST(BatchAssemblerTest, RefusesRowsOutsideOfAllRanges) {
  const CopyRequest request = Ranged({{10, 20}});
  EXPECT_THAT(ReadAll(request, {CopyHeader(), RowAt(9, 1), CopyTrailer()}),
              HasKind(ErrorKind::kBug));
  EXPECT_THAT(ReadAll(request, {CopyHeader(), RowAt(20, 1), CopyTrailer()}),
              HasKind(ErrorKind::kBug));
}

TEST(BatchAssemblerTest, TellsInWhichBlocksARowWithoutCtidIs) {
  CopyRequest request = Ranged({{10, 20}});
  request.method = ScanMethod::kBlockRange;
  request.columns[0] = Column("day", WireForm::kDate, arrow::date32());
  EXPECT_THAT(
      ReadAll(request, {CopyHeader(), Row(1, "x"), Row(0x7fffffff, "y"), CopyTrailer()}),
      StatusMessageHas("row 2 WHERE ctid >= '(10,0)'::tid AND ctid < '(20,0)'::tid: "
                       "column \"day\": holds infinity"));
}

TEST(BatchAssemblerTest, CutsBatchesByRowsAndBytes) {
  CopyRequest request = NumbersAndTexts();
  request.batch_rows = 3;
  std::vector<std::string> messages{CopyHeader()};
  for (uint64_t id = 0; id < 7; ++id) messages.push_back(Row(id, "x"));
  messages.push_back(CopyTrailer());
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(request, messages, 7));
  EXPECT_THAT(RangesAndRows(batches),
              ElementsAre(std::pair(0, 3), std::pair(0, 3), std::pair(0, 1)));

  request.batch_rows = 100;
  request.batch_bytes = 60;  // a row has 13 bytes, the long one more than a batch
  messages.insert(messages.begin() + 3, Row(99, std::string(1000, 'y')));
  ASSERT_OK_AND_ASSIGN(batches, ReadAll(request, messages, 8));
  EXPECT_THAT(RangesAndRows(batches), ElementsAre(std::pair(0, 2), std::pair(0, 1),
                                                  std::pair(0, 4), std::pair(0, 1)));
}

TEST(BatchAssemblerTest, CutsARangeAlikeWhateverCameBefore) {
  std::vector<std::string> rows;
  for (uint32_t block = 0; block < 50; ++block) {
    for (uint64_t id = 0; id < 20; ++id) {
      rows.push_back(RowAt(block, id, std::string(block * id % 37, 'z')));
    }
  }
  const std::vector<BlockRange> ranges{{0, 13}, {13, 14}, {14, std::nullopt}};
  CopyRequest whole = Ranged(ranges);
  whole.batch_bytes = 777;
  whole.batch_rows = 30;
  std::vector<std::string> messages{CopyHeader()};
  messages.insert(messages.end(), rows.begin(), rows.end());
  messages.push_back(CopyTrailer());
  ASSERT_OK_AND_ASSIGN(const auto all, ReadAll(whole, messages));

  std::vector<SourceBatch> parts;
  for (size_t index = 0; index < ranges.size(); ++index) {
    CopyRequest part = whole;
    part.method = ScanMethod::kBlockRange;
    part.ranges = {ranges[index]};
    part.first_range = static_cast<int32_t>(index);
    std::vector<std::string> part_messages{CopyHeader()};
    for (const std::string& row : rows) {
      const int64_t block = LoadUint32(row.data() + 6);
      if (block >= ranges[index].begin && block < ranges[index].end.value_or(block + 1)) {
        part_messages.push_back(WithoutCtid(row));
      }
    }
    part_messages.push_back(CopyTrailer());
    ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(part, part_messages));
    parts.insert(parts.end(), batches.begin(), batches.end());
  }
  ASSERT_EQ(RangesAndRows(all), RangesAndRows(parts));
  EXPECT_GT(all.size(), 30U);
  for (size_t index = 0; index < all.size(); ++index) {
    EXPECT_TRUE(all[index].rows->Equals(*parts[index].rows));
  }
}

TEST(BatchAssemblerTest, CutsBatchesOfNumbersThatGrowWhenPrinted) {
  CopyRequest request = NumbersAndTexts();
  request.columns = {Column("n", WireForm::kNumericText, arrow::utf8())};
  request.batch_bytes = 300'000;
  std::vector<std::string> messages{CopyHeader()};
  const std::string largest = FromHex("0001 7fff 0000 0000 03e8");  // 131,072 digits
  for (int row = 0; row < 7; ++row) messages.push_back(CopyRow({largest}));
  messages.push_back(CopyTrailer());
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(request, messages));
  EXPECT_EQ(RangesAndRows(batches).front(), std::pair(0, int64_t{3}));
  request.max_row_bytes = 100'000;
  EXPECT_THAT(ReadAll(request, messages), HasKind(ErrorKind::kRowTooLarge));
}

TEST(BatchAssemblerTest, MeasuresEachPrintedRowByItselfAgainstTheBudget) {
  CopyRequest request = NumbersAndTexts();
  request.columns = {Column("n", WireForm::kNumericText, arrow::utf8())};
  request.batch_bytes = 1'000'000;
  request.max_row_bytes = 140'000;
  std::vector<std::string> messages{CopyHeader()};
  const std::string largest = FromHex("0001 7fff 0000 0000 03e8");  // 131,072 digits
  for (int row = 0; row < 5; ++row) messages.push_back(CopyRow({largest}));
  messages.push_back(CopyTrailer());
  ASSERT_OK_AND_ASSIGN(const auto batches, ReadAll(request, messages));
  EXPECT_THAT(RangesAndRows(batches), ElementsAre(std::pair(0, int64_t{5})));
}

/// A composite of two others, whose NULL takes 800 bytes in memory and four on the wire.
CopyColumn WideComposite() {
  CopyColumn column = Column("c", WireForm::kStruct, nullptr);
  arrow::FieldVector fields;
  const auto add = [&](const TypeMapping& part, int times) {
    for (int i = 0; i < times; ++i) {
      fields.push_back(arrow::field("m" + std::to_string(i), part.arrow_type));
      column.mapping.parts.push_back(part);
      column.mapping.member_oids.push_back(20);
    }
    column.mapping.arrow_type = arrow::struct_(fields);
  };
  add(Column("n", WireForm::kInt64, arrow::int64()).mapping, 49);
  add(Column("t", WireForm::kText, arrow::utf8()).mapping, 2);
  CopyColumn twice = Column("c", WireForm::kStruct, nullptr);
  twice.mapping.parts = {column.mapping, column.mapping};
  twice.mapping.member_oids = {21, 21};
  twice.mapping.arrow_type =
      arrow::struct_({arrow::field("a", column.mapping.arrow_type),
                      arrow::field("b", column.mapping.arrow_type)});
  return twice;
}

TEST(BatchAssemblerTest, CutsBatchesOfCompositesThatAreNull) {
  CopyRequest request = NumbersAndTexts();
  request.columns = {WideComposite()};
  request.batch_bytes = 10 * (4 + 2 * (49 * 8 + 2 * 4));
  std::vector<std::string> messages{CopyHeader()};
  for (int row = 0; row < 25; ++row) messages.push_back(CopyRow({std::nullopt}));
  messages.push_back(CopyTrailer());
  ASSERT_OK_AND_ASSIGN(const auto batches, ReadAll(request, messages));
  EXPECT_THAT(RangesAndRows(batches),
              ElementsAre(std::pair(0, 10), std::pair(0, 10), std::pair(0, 5)));
}

TEST(BatchAssemblerTest, RefusesAnArrayOfNullsThatTakeMoreThanTheBudget) {
  CopyRequest request = NumbersAndTexts();
  request.columns = {ListOf("c", WideComposite())};
  request.max_row_bytes = 1'000'000;
  const auto array_of = [](uint64_t count) {
    std::string nulls = BigEndian(1, 4) + BigEndian(1, 4) + BigEndian(22, 4) +
                        BigEndian(count, 4) + BigEndian(1, 4);
    for (uint64_t i = 0; i < count; ++i) nulls += BigEndian(~0ULL, 4);
    return nulls;
  };
  EXPECT_THAT(ReadAll(request, {CopyHeader(), CopyRow({array_of(1000)}), CopyTrailer()}),
              IsOk());
  const auto refused =
      ReadAll(request, {CopyHeader(), CopyRow({array_of(2000)}), CopyTrailer()});
  EXPECT_THAT(refused, HasKind(ErrorKind::kRowTooLarge));
  EXPECT_THAT(refused, StatusMessageHas("row 1: column \"c\": "));
}

TEST(BatchAssemblerTest, RefusesARowLargerThanTheBudget) {
  CopyRequest request = Ranged({{0, std::nullopt}});
  request.max_row_bytes = 5000;
  const auto result =
      ReadAll(request, {CopyHeader(), RowAt(4, 1, std::string(4900, 'x')),
                        RowAt(5, 2, std::string(5000, 'x')), CopyTrailer()});
  EXPECT_THAT(result, HasKind(ErrorKind::kRowTooLarge));
  EXPECT_THAT(result, StatusMessageHas("row 2 (ctid (5,1)) has 4.9 KiB"));
  EXPECT_THAT(result, StatusHintHas("memory"));
}

TEST(BatchAssemblerTest, TellsHowLargeARowIsOfWhichOnlyThisMuchCame) {
  CopyRequest request = NumbersAndTexts();
  request.max_row_bytes = 5000;
  const std::string row = Row(1, std::string(10'000, 'x')).substr(0, 6000);
  const auto result = ReadAll(request, {CopyHeader(), row});
  EXPECT_THAT(result, HasKind(ErrorKind::kRowTooLarge));
  EXPECT_THAT(result, StatusMessageHas("row 1 has 9.8 KiB, more than fits"));
}

TEST(BatchAssemblerTest, StopsWhenAsked) {
  RecordedStream stream({CopyHeader(), Row(1, "a"), CopyTrailer()});
  ASSERT_OK_AND_ASSIGN(auto assembler, BatchAssembler::Make(NumbersAndTexts(), 150000));
  std::stop_source source;
  source.request_stop();
  EXPECT_THAT(assembler->Next(stream, source.get_token()),
              HasKind(ErrorKind::kInterrupted));
}

TEST(BatchAssemblerTest, TakesLittleMemoryForManyColumns) {
  CopyRequest request;
  request.relation = {"app", "wide"};
  std::vector<std::optional<std::string>> fields;
  for (int index = 0; index < 1600; ++index) {
    request.columns.push_back(
        index % 2 == 0
            ? Column("n" + std::to_string(index), WireForm::kInt64, arrow::int64())
            : Column("t" + std::to_string(index), WireForm::kText, arrow::utf8()));
    fields.push_back(index % 2 == 0 ? std::optional(BigEndian(1, 8)) : std::nullopt);
  }
  std::vector<std::string> messages{CopyHeader()};
  for (int row = 0; row < 2000; ++row) messages.push_back(CopyRow(fields));
  messages.push_back(CopyTrailer());
  RecordedStream stream(std::move(messages));
  ASSERT_OK_AND_ASSIGN(auto assembler, BatchAssembler::Make(request, 150000));
  const int64_t before = arrow::default_memory_pool()->bytes_allocated();
  int64_t most = 0;
  int64_t rows = 0;
  for (;;) {
    ASSERT_OK_AND_ASSIGN(const auto batch, assembler->Next(stream, std::stop_token()));
    if (!batch.has_value()) break;
    rows += batch->rows->num_rows();
    most = std::max(most, arrow::default_memory_pool()->bytes_allocated() - before);
  }
  EXPECT_EQ(rows, 2000);
  EXPECT_LT(most, 2 * request.batch_bytes);
}

/// Rows wait to be decoded together only where no numerics are printed.
CopyRequest EveryWireForm(bool prints_numerics) {
  CopyRequest request = Ranged({{0, 3}, {3, std::nullopt}});
  const auto list = [](const CopyColumn& element) { return ListOf("list", element); };
  CopyColumn decimal = Column("d", WireForm::kNumericDecimal, arrow::decimal64(12, 2));
  decimal.mapping.precision = 12;
  decimal.mapping.scale = 2;
  request.columns = {
      Column("a", WireForm::kBoolean, arrow::boolean()),
      Column("b", WireForm::kInt16, arrow::int16()),
      Column("c", WireForm::kUint32, arrow::int64()),
      decimal,
      prints_numerics ? Column("e", WireForm::kNumericText, arrow::utf8()) : decimal,
      Column("f", WireForm::kText, arrow::utf8()),
      Column("g", WireForm::kCharacter, arrow::utf8()),
      Column("h", WireForm::kDate, arrow::date32()),
      Column("i", WireForm::kTimeText, arrow::utf8()),
      Column("j", WireForm::kTimestamp, arrow::timestamp(arrow::TimeUnit::MICRO)),
      Column("k", WireForm::kIntervalText, arrow::utf8()),
      Column("l", WireForm::kUuidText, arrow::utf8()),
      Column("m", WireForm::kJsonb, arrow::utf8()),
      list(Column("n", WireForm::kInt32, arrow::int32())),
      list(Column("o", WireForm::kText, arrow::utf8())),
  };
  return request;
}

std::vector<std::string> GoodMessages() {
  const std::string numeric = FromHex("000200000000000200011388");  // 1.50
  const std::string list_header = BigEndian(1, 4) + BigEndian(0, 4) + BigEndian(23, 4) +
                                  BigEndian(2, 4) + BigEndian(1, 4);
  std::vector<std::string> messages{CopyHeader()};
  for (uint32_t block = 0; block < 6; ++block) {
    messages.push_back(CopyRow(
        {Ctid(block, 1), BigEndian(1, 1), BigEndian(block, 2), BigEndian(block, 4),
         numeric, numeric, "text", "c", BigEndian(block, 4), BigEndian(block, 8),
         BigEndian(block, 8), BigEndian(block, 16), std::string(16, 'u'), "\1{}",
         list_header + BigEndian(4, 4) + BigEndian(1, 4) + BigEndian(~0ULL, 4),
         list_header + BigEndian(2, 4) + "ab" + BigEndian(0, 4)}));
  }
  messages.push_back(CopyTrailer());
  return messages;
}

/// Damages one message: another byte, a number at its limits, a cut, a tail, a swap, a
/// loss.
void Mutate(std::mt19937_64& random, std::vector<std::string>* messages) {
  std::string& message = (*messages)[random() % messages->size()];
  const size_t place = message.empty() ? 0 : random() % message.size();
  static constexpr uint64_t kLimits[] = {0,          1,          2,         0x7fffffff,
                                         0x80000000, 0xffffffff, 0xfffffffe};
  switch (random() % 6) {
    case 0:
      if (!message.empty()) message[place] = static_cast<char>(random());
      break;
    case 1: {
      const std::string number = BigEndian(kLimits[random() % std::size(kLimits)], 4);
      message.replace(place, std::min(number.size(), message.size() - place), number);
      break;
    }
    case 2:
      message.resize(place);
      break;
    case 3:
      message.append(random() % 40, static_cast<char>(random()));
      break;
    case 4:
      std::swap(message, (*messages)[random() % messages->size()]);
      break;
    default:
      messages->erase(messages->begin() +
                      static_cast<ptrdiff_t>(random() % messages->size()));
  }
}

TEST(BatchAssemblerTest, SurvivesAHostileServer) {
  const std::vector<std::string> good = GoodMessages();
  for (const bool prints_numerics : {false, true}) {
    ASSERT_THAT(ReadAll(EveryWireForm(prints_numerics), good, 6), IsOk());
  }
  std::mt19937_64 random(20260102);
  for (int round = 0; round < 30000; ++round) {
    const CopyRequest request = EveryWireForm(/*prints_numerics=*/round % 2 == 0);
    std::vector<std::string> messages = good;
    for (uint64_t count = 1 + random() % 4; count > 0 && !messages.empty(); --count) {
      Mutate(random, &messages);
    }
    // Valid arrays or a typed error; a sanitizer sees what else could go wrong.
    const auto result = ReadAll(request, messages);
    if (result.ok()) continue;
    ASSERT_THAT(result, AnyOf(HasKind(ErrorKind::kCorruptData), HasKind(ErrorKind::kBug),
                              HasKind(ErrorKind::kData)));
  }
}

}  // namespace
}  // namespace carmilla
