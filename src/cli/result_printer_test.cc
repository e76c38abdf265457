#include "cli/result_printer.h"

#include <arrow/api.h>
#include <arrow/extension/uuid.h>
#include <arrow/json/from_string.h>
#include <arrow/util/decimal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <sstream>
#include <utility>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

/// A result that was made beforehand.
class FixedResult final : public QueryResult {
 public:
  explicit FixedResult(arrow::RecordBatchVector batches) : batches_(std::move(batches)) {}

  const std::shared_ptr<arrow::Schema>& schema() const override {
    return batches_.front()->schema();
  }
  const std::vector<std::string>& type_names() const override { return type_names_; }
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next(std::stop_token stop) override {
    if (stop.stop_requested()) return MakeError(ErrorKind::kInterrupted, "interrupted");
    if (next_ == batches_.size()) return nullptr;
    return batches_[next_++];
  }

 private:
  arrow::RecordBatchVector batches_;
  std::vector<std::string> type_names_;
  size_t next_ = 0;
};

template <typename Builder, typename... Values>
std::shared_ptr<arrow::Array> ArrayOf(const std::shared_ptr<arrow::DataType>& type,
                                      const Values&... values) {
  Builder builder(type, arrow::default_memory_pool());
  ((void)builder.Append(values), ...);
  (void)builder.AppendNull();
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::Array> Texts(const std::vector<std::string>& texts) {
  arrow::StringBuilder builder;
  for (const std::string& text : texts) {
    EXPECT_THAT(text == "<null>" ? builder.AppendNull() : builder.Append(text), IsOk());
  }
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::Array> Integers(const std::vector<int64_t>& numbers) {
  arrow::Int64Builder builder;
  EXPECT_THAT(builder.AppendValues(numbers), IsOk());
  return builder.Finish().ValueOrDie();
}

using NamedArrays = std::vector<std::pair<std::string, std::shared_ptr<arrow::Array>>>;

std::shared_ptr<arrow::RecordBatch> BatchOf(const NamedArrays& columns) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& [name, array] : columns) {
    fields.push_back(arrow::field(name, array->type()));
    arrays.push_back(array);
  }
  return arrow::RecordBatch::Make(arrow::schema(fields),
                                  arrays.empty() ? 0 : arrays.front()->length(), arrays);
}

std::string Print(arrow::RecordBatchVector batches, const ResultPrinterOptions& options) {
  FixedResult result(std::move(batches));
  std::ostringstream out;
  EXPECT_THAT(PrintResult(result, options, out, std::stop_token()), IsOk());
  return out.str();
}

std::string Print(const NamedArrays& columns, const ResultPrinterOptions& options) {
  return Print({BatchOf(columns)}, options);
}

constexpr ResultPrinterOptions kTable = {.format = ResultFormat::kTable};
constexpr ResultPrinterOptions kCsv = {.format = ResultFormat::kCsv};
constexpr ResultPrinterOptions kJson = {.format = ResultFormat::kJsonLines};

/// The first value of one column, as CSV prints it.
std::string Value(const std::shared_ptr<arrow::Array>& array) {
  const std::string text = Print({{"v", array}}, kCsv);
  return text.substr(2, text.find('\n', 2) - 2);
}

/// The first value of one column, as JSON lines hold it.
std::string JsonValue(const std::shared_ptr<arrow::Array>& array) {
  const std::string text = Print({{"v", array}}, kJson);
  return text.substr(5, text.find("}\n") - 5);
}

TEST(ResultPrinterTest, AlignsATable) {
  EXPECT_EQ(Print({{"id", Integers({1, 23, 456})},
                   {"name", Texts({"Anna", "<null>", "Bo"})},
                   {"note", Texts({"x", "", "longer"})}},
                  kTable),
            "  id | name | note\n"
            "-----+------+-------\n"
            "   1 | Anna | x\n"
            "  23 | NULL | \n"
            " 456 | Bo   | longer\n");
}

TEST(ResultPrinterTest, CountsTheColumnsOfWideCharacters) {
  EXPECT_EQ(Print({{"city", Texts({"東京", "Köln", "e\u0301e", "👍"})},
                   {"n", Integers({1, 2, 3, 4})}},
                  kTable),
            " city | n\n"
            "------+--\n"
            " 東京 | 1\n"
            " Köln | 2\n"
            " e\u0301e   | 3\n"
            " 👍   | 4\n");
}

TEST(ResultPrinterTest, EscapesControlCharactersInATableOnly) {
  const NamedArrays columns = {{"a\nb", Texts({"x\ty\x1B[2J", "bad\xFF"})}};
  EXPECT_EQ(Print(columns, kTable),
            " a\\nb\n"
            "------------\n"
            " x\\ty\\x1b[2J\n"
            " bad\uFFFD\n");
  EXPECT_EQ(Print(columns, kCsv), "\"a\nb\"\nx\ty\x1B[2J\nbad\xFF\n");
  EXPECT_EQ(Print(columns, kJson),
            "{\"a\\nb\":\"x\\ty\\u001b[2J\"}\n{\"a\\nb\":\"bad\uFFFD\"}\n");
}

TEST(ResultPrinterTest, CutsTextButNoNumbersToTheTerminal) {
  const NamedArrays columns = {{"number", Integers({1234567890123})},
                               {"short", Texts({"abc"})},
                               {"a long title", Texts({"abcdefghijklmnopqrstuvwxyz"})},
                               {"wide", Texts({"東京東京東京東京東京"})}};
  EXPECT_EQ(Print(columns, {.width = 50}),
            "        number | short | a long tit… | wide\n"
            "---------------+-------+-------------+------------\n"
            " 1234567890123 | abc   | abcdefghij… | 東京東京東…\n");
  EXPECT_EQ(Print({{"n", Integers({1234567890123})}}, {.width = 5}),
            "             n\n"
            "--------------\n"
            " 1234567890123\n");
}

TEST(ResultPrinterTest, StreamsAfterTheSample) {
  const ResultPrinterOptions options = {.sample_rows = 2};
  EXPECT_EQ(Print({BatchOf({{"a", Texts({"x", "yy"})}, {"n", Integers({1, 2})}}),
                   BatchOf({{"a", Texts({"longer", "z"})}, {"n", Integers({3, 4})}})},
                  options),
            " a  | n\n"
            "----+--\n"
            " x  | 1\n"
            " yy | 2\n"
            " longer | 3\n"
            " z  | 4\n");
}

TEST(ResultPrinterTest, PrintsTheHeaderOfAnEmptyResult) {
  const NamedArrays columns = {{"a", Texts({})}, {"b,c", Integers({})}};
  EXPECT_EQ(Print(columns, kTable), " a | b,c\n---+----\n");
  EXPECT_EQ(Print(columns, kCsv), "a,\"b,c\"\n");
  EXPECT_EQ(Print(columns, kJson), "");
}

TEST(ResultPrinterTest, QuotesCsvAsRfc4180Says) {
  EXPECT_EQ(Print({{"a", Texts({"plain", "a,b", "say \"hi\"", "two\nlines", "cr\r", "",
                                "<null>"})},
                   {"b", Integers({1, 2, 3, 4, 5, 6, 7})}},
                  kCsv),
            "a,b\n"
            "plain,1\n"
            "\"a,b\",2\n"
            "\"say \"\"hi\"\"\",3\n"
            "\"two\nlines\",4\n"
            "\"cr\r\",5\n"
            "\"\",6\n"
            ",7\n");
}

TEST(ResultPrinterTest, TellsRepeatedNamesApartInJson) {
  EXPECT_EQ(
      Print({{"a", Integers({1})}, {"a", Integers({2})}, {"a_2", Integers({3})}}, kJson),
      "{\"a\":1,\"a_2\":2,\"a_2_2\":3}\n");
}

struct ValueCase {
  std::shared_ptr<arrow::Array> array;
  const char* text;
  const char* json;
};

void ExpectValues(const std::vector<ValueCase>& cases) {
  for (const ValueCase& value : cases) {
    EXPECT_EQ(Value(value.array), value.text) << value.array->type()->ToString();
    EXPECT_EQ(JsonValue(value.array), value.json) << value.array->type()->ToString();
  }
}

std::shared_ptr<arrow::Array> DecimalOf(int32_t scale, const char* digits) {
  return ArrayOf<arrow::Decimal128Builder>(arrow::decimal128(38, scale),
                                           arrow::Decimal128(digits));
}

std::shared_ptr<arrow::Array> DoubleOf(double value) {
  return ArrayOf<arrow::DoubleBuilder>(arrow::float64(), value);
}

TEST(ResultPrinterTest, PrintsNumbersExactly) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  ExpectValues({
      {ArrayOf<arrow::Int8Builder>(arrow::int8(), -128), "-128", "-128"},
      {ArrayOf<arrow::UInt64Builder>(arrow::uint64(), ~uint64_t{0}),
       "18446744073709551615", "18446744073709551615"},
      {ArrayOf<arrow::FloatBuilder>(arrow::float32(), 0.1F), "0.1", "0.1"},
      {DoubleOf(0.1), "0.1", "0.1"},
      {DoubleOf(1e300), "1e+300", "1e+300"},
      {DoubleOf(-0.0), "-0", "-0"},
      {DoubleOf(-kInfinity), "-Infinity", "\"-Infinity\""},
      {DoubleOf(kInfinity), "Infinity", "\"Infinity\""},
      {DoubleOf(std::numeric_limits<double>::quiet_NaN()), "NaN", "\"NaN\""},
      {DecimalOf(2, "1050"), "10.50", "10.50"},
      {DecimalOf(2, "-5"), "-0.05", "-0.05"},
      {DecimalOf(10, "1"), "0.0000000001", "0.0000000001"},
      {DecimalOf(0, "99999999999999999999999999999999999999"),
       "99999999999999999999999999999999999999",
       "99999999999999999999999999999999999999"},
      {DecimalOf(-3, "12"), "12000", "12000"},
      {ArrayOf<arrow::Decimal64Builder>(arrow::decimal64(12, 2), arrow::Decimal64(-1050)),
       "-10.50", "-10.50"},
      {ArrayOf<arrow::BooleanBuilder>(arrow::boolean(), true), "true", "true"},
  });
}

std::shared_ptr<arrow::Array> TimestampOf(arrow::TimeUnit::type unit, const char* zone,
                                          int64_t value) {
  return ArrayOf<arrow::TimestampBuilder>(arrow::timestamp(unit, zone), value);
}

TEST(ResultPrinterTest, PrintsTimesAsIsoText) {
  const auto date = [](int32_t days) {
    return ArrayOf<arrow::Date32Builder>(arrow::date32(), days);
  };
  using Unit = arrow::TimeUnit;
  ExpectValues({
      {TimestampOf(Unit::MICRO, "UTC", 1714564800123456), "2024-05-01 12:00:00.123456+00",
       "\"2024-05-01 12:00:00.123456+00\""},
      {TimestampOf(Unit::MICRO, "", 1714564800500000), "2024-05-01 12:00:00.5",
       "\"2024-05-01 12:00:00.5\""},
      {TimestampOf(Unit::SECOND, "", -1), "1969-12-31 23:59:59",
       "\"1969-12-31 23:59:59\""},
      {TimestampOf(Unit::NANO, "", -1), "1969-12-31 23:59:59.999999999",
       "\"1969-12-31 23:59:59.999999999\""},
      {TimestampOf(Unit::MICRO, "", std::numeric_limits<int64_t>::max()), "infinity",
       "\"infinity\""},
      {TimestampOf(Unit::MICRO, "", -std::numeric_limits<int64_t>::max()), "-infinity",
       "\"-infinity\""},
      {TimestampOf(Unit::MICRO, "UTC", -62167219200000000 - 1),
       "0002-12-31 23:59:59.999999+00 BC", "\"0002-12-31 23:59:59.999999+00 BC\""},
      {date(0), "1970-01-01", "\"1970-01-01\""},
      {date(19782), "2024-02-29", "\"2024-02-29\""},
      {date(-719529), "0002-12-31 BC", "\"0002-12-31 BC\""},
      {date(2932896), "9999-12-31", "\"9999-12-31\""},
      {date(2147483646), "5881580-07-10", "\"5881580-07-10\""},
      {date(std::numeric_limits<int32_t>::max()), "infinity", "\"infinity\""},
      {ArrayOf<arrow::Time64Builder>(arrow::time64(Unit::MICRO), 45296000001),
       "12:34:56.000001", "\"12:34:56.000001\""},
      {ArrayOf<arrow::Time32Builder>(arrow::time32(Unit::SECOND), 86400), "24:00:00",
       "\"24:00:00\""},
  });
}

TEST(ResultPrinterTest, PrintsBinaryAsHexadecimalDigits) {
  ExpectValues(
      {{ArrayOf<arrow::BinaryBuilder>(arrow::binary(), std::string("\x00\xFF\x0A", 3)),
        "\\x00ff0a", "\"\\\\x00ff0a\""}});
}

TEST(ResultPrinterTest, PrintsNestedValuesAsJson) {
  const auto text = std::make_shared<arrow::StringBuilder>();
  arrow::ListBuilder list(arrow::default_memory_pool(), text);
  ASSERT_OK(list.Append());
  ASSERT_OK(text->Append("a\"b"));
  ASSERT_OK(text->AppendNull());
  EXPECT_EQ(JsonValue(list.Finish().ValueOrDie()), "[\"a\\\"b\",null]");

  const auto numbers = Integers({1, 2});
  ASSERT_OK_AND_ASSIGN(const auto record,
                       arrow::StructArray::Make({numbers, Texts({"x", "<null>"})},
                                                std::vector<std::string>{"a", "b c"}));
  EXPECT_EQ(Print({{"r", record}}, kTable),
            " r\n"
            "----------------------\n"
            " {\"a\": 1, \"b c\": \"x\"}\n"
            " {\"a\": 2, \"b c\": null}\n");
  EXPECT_EQ(JsonValue(record), "{\"a\":1,\"b c\":\"x\"}");

  arrow::Int32Builder offsets;
  ASSERT_OK(offsets.AppendValues({0, 2}));
  ASSERT_OK_AND_ASSIGN(const auto lists, arrow::ListArray::FromArrays(
                                             *offsets.Finish().ValueOrDie(), *numbers));
  EXPECT_EQ(Print({{"l", lists}}, kTable), " l\n-------\n [1, 2]\n");
  EXPECT_EQ(Value(lists), "\"[1, 2]\"");

  ASSERT_OK(offsets.AppendValues({0, 2}));
  ASSERT_OK_AND_ASSIGN(const auto map,
                       arrow::MapArray::FromArrays(offsets.Finish().ValueOrDie(), numbers,
                                                   Texts({"x", "<null>"})));
  EXPECT_EQ(JsonValue(map), "{\"1\":\"x\",\"2\":null}");
}

TEST(ResultPrinterTest, PrintsUuidsAsPostgresDoes) {
  const auto bytes = ArrayOf<arrow::FixedSizeBinaryBuilder>(
      arrow::fixed_size_binary(16), std::string("\x2c\x1d\x6a\x9e\x00\x00\x40\x00"
                                                "\x80\x00\x00\x00\x00\x00\xff\xff",
                                                16));
  const auto uuids = arrow::ExtensionType::WrapArray(arrow::extension::uuid(), bytes);
  EXPECT_EQ(Value(uuids), "2c1d6a9e-0000-4000-8000-00000000ffff");
  EXPECT_EQ(JsonValue(uuids), "\"2c1d6a9e-0000-4000-8000-00000000ffff\"");
  EXPECT_EQ(Print({{"u", uuids}}, kCsv), "u\n2c1d6a9e-0000-4000-8000-00000000ffff\n\n");
}

TEST(ResultPrinterTest, PrintsWhatIsNestedDeeply) {
  const auto type = arrow::list(arrow::struct_(
      {arrow::field("at", arrow::time64(arrow::TimeUnit::MICRO)),
       arrow::field("x", arrow::float64()),
       arrow::field("tags", arrow::map(arrow::utf8(), arrow::list(arrow::utf8()))),
       arrow::field("wide", arrow::decimal128(38, 2))}));
  ASSERT_OK_AND_ASSIGN(
      const auto array,
      arrow::json::ArrayFromJSONString(
          type,
          R"([[{"at": 3661000001, "x": NaN, "tags": [["a", ["b", null]], ["c", null]],
                      "wide": "-999999999999999999999999999999999999.99"}, null,
                     {"at": null, "x": null, "tags": [], "wide": null},
                     {"at": null, "x": -0.0, "tags": null, "wide": "0.01"}], [], null])"));
  EXPECT_EQ(Print({{"v", array}}, kJson),
            "{\"v\":[{\"at\":\"01:01:01.000001\",\"x\":\"NaN\","
            "\"tags\":{\"a\":[\"b\",null],\"c\":null},"
            "\"wide\":-999999999999999999999999999999999999.99},null,"
            "{\"at\":null,\"x\":null,\"tags\":{},\"wide\":null},"
            "{\"at\":null,\"x\":-0,\"tags\":null,\"wide\":0.01}]}\n"
            "{\"v\":[]}\n{\"v\":null}\n");
}

TEST(ResultPrinterTest, ReadsThroughDictionaries) {
  const auto labels = Texts({"red", "<null>"});
  arrow::Int8Builder indices;
  ASSERT_OK(indices.AppendValues({0, 1}));
  ASSERT_OK(indices.AppendNull());
  ASSERT_OK_AND_ASSIGN(const auto array, arrow::DictionaryArray::FromArrays(
                                             indices.Finish().ValueOrDie(), labels));
  EXPECT_EQ(Print({{"c", array}}, kTable), " c\n-----\n red\n NULL\n NULL\n");
  EXPECT_EQ(Print({{"c", array}}, kJson),
            "{\"c\":\"red\"}\n{\"c\":null}\n{\"c\":null}\n");
}

TEST(ResultPrinterTest, ReturnsTheNumberOfRows) {
  FixedResult result(
      {BatchOf({{"n", Integers({1, 2})}}), BatchOf({{"n", Integers({3})}})});
  std::ostringstream out;
  EXPECT_THAT(PrintResult(result, kCsv, out, std::stop_token()), IsOkAndHolds(3));
}

TEST(ResultPrinterTest, TellsWhenTheOutputIsClosed) {
  FixedResult result({BatchOf({{"n", Integers({1, 2})}})});
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  EXPECT_THAT(PrintResult(result, kCsv, out, std::stop_token()), HasKind(ErrorKind::kIo));
}

TEST(ResultPrinterTest, HandsErrorsOn) {
  FixedResult result({BatchOf({{"n", Integers({1, 2})}})});
  std::ostringstream out;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THAT(PrintResult(result, kTable, out, stop.get_token()),
              HasKind(ErrorKind::kInterrupted));
}

}  // namespace
}  // namespace carmilla
