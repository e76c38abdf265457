#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "postgres/column_decoder.h"
#include "postgres/recorded_stream.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using Values = std::vector<std::optional<std::string>>;

std::string Field(const std::optional<std::string>& value) {
  return CopyRow({value}).substr(2);
}

std::string Int(uint64_t value) { return BigEndian(value, 4); }

TypeMapping Integer() { return {.wire = WireForm::kInt32, .arrow_type = arrow::int32()}; }
TypeMapping Text() { return {.wire = WireForm::kText, .arrow_type = arrow::utf8()}; }
TypeMapping Date() { return {.wire = WireForm::kDate, .arrow_type = arrow::date32()}; }

TypeMapping Struct(const TypeMapping& first, const TypeMapping& second) {
  return {.wire = WireForm::kStruct,
          .arrow_type = arrow::struct_({arrow::field("a", first.arrow_type),
                                        arrow::field("b", second.arrow_type)}),
          .parts = {first, second},
          .member_oids = {11, 22}};
}

TypeMapping Range(const TypeMapping& bound) {
  return {.wire = WireForm::kRange,
          .arrow_type = RangeType(bound.arrow_type),
          .parts = {bound}};
}

TypeMapping List(WireForm wire, const TypeMapping& element) {
  return {
      .wire = wire, .arrow_type = arrow::list(element.arrow_type), .parts = {element}};
}

TypeMapping Map() {
  return {.wire = WireForm::kTextMap,
          .arrow_type = arrow::map(arrow::utf8(), arrow::utf8())};
}

std::string Record(const std::optional<std::string>& a,
                   const std::optional<std::string>& b) {
  return Int(2) + Int(11) + Field(a) + Int(22) + Field(b);
}

std::string Array(const Values& elements, int lower_bound = 1) {
  std::string array = Int(1) + Int(1) + Int(0) + Int(elements.size()) +
                      Int(static_cast<uint64_t>(lower_bound));
  for (const auto& element : elements) array += Field(element);
  return array;
}

class NestedDecoderTest : public ::testing::Test {
 protected:
  arrow::Result<std::shared_ptr<arrow::Array>> Decode(const TypeMapping& mapping,
                                                      const Values& values) {
    ARROW_ASSIGN_OR_RAISE(
        auto decoder,
        MakeColumnDecoder(mapping, {.column = "c",
                                    .policies = policies_,
                                    .counts = &counts_,
                                    .expansion = &expansion_,
                                    .is_text_unchecked = is_text_unchecked_}));
    ARROW_RETURN_NOT_OK(decoder->Reserve(static_cast<int64_t>(values.size())));
    RecordedColumn column(values);
    decoded_rows_ = decoder->Append(column.fields());
    if (decoded_rows_ != std::ssize(values)) return decoder->error();
    ARROW_ASSIGN_OR_RAISE(auto data, decoder->Finish());
    auto array = arrow::MakeArray(data);
    ARROW_RETURN_NOT_OK(array->ValidateFull());
    return array;
  }

  /// Expects the values as Arrow prints them, without the types of lists and maps.
  void ExpectArray(const TypeMapping& mapping, const Values& values,
                   const std::string& expected) {
    ASSERT_OK_AND_ASSIGN(const auto array, Decode(mapping, values));
    std::string text;
    for (int64_t row = 0; row < array->length(); ++row) {
      text += (row > 0 ? " | " : "") + array->GetScalar(row).ValueOrDie()->ToString();
    }
    const std::regex list_type(R"((list|map)<[^\[=]*>\[)");
    EXPECT_EQ(std::regex_replace(text, list_type, "["), expected);
  }

  void ExpectCorrupt(const TypeMapping& mapping, const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      EXPECT_THAT(Decode(mapping, {value}), HasKind(ErrorKind::kCorruptData))
          << testing::PrintToString(value);
      EXPECT_EQ(decoded_rows_, 0);
    }
  }

  ValuePolicies policies_;
  PolicyCounts counts_;
  ExpansionMeter expansion_;
  bool is_text_unchecked_ = false;
  int64_t decoded_rows_ = 0;
};

TEST_F(NestedDecoderTest, ANullStructIsNotAStructOfNulls) {
  ExpectArray(Struct(Integer(), Text()),
              {Record(Int(7), "x"), std::nullopt, Record(std::nullopt, std::nullopt),
               Record(Int(8), "")},
              "{a:int32 = 7, b:string = x} | null | {a:int32 = null, b:string = null} | "
              "{a:int32 = 8, b:string = }");
}

TEST_F(NestedDecoderTest, StructsHoldListsAndListsHoldStructs) {
  const TypeMapping pair = Struct(Integer(), Text());
  ExpectArray(Struct(List(WireForm::kList, pair), pair),
              {Record(Array({Record(Int(1), "x"), std::nullopt}), Record(Int(2), "y")),
               Record(std::nullopt, std::nullopt), Record(Array({}), std::nullopt)},
              "{a:list<item: struct<a: int32, b: string>> = [{a:int32 = 1, b:string = x}"
              ", null], b:struct<a: int32, b: string> = {a:int32 = 2, b:string = y}} | "
              "{a:list<item: struct<a: int32, b: string>> = null, "
              "b:struct<a: int32, b: string> = null} | "
              "{a:list<item: struct<a: int32, b: string>> = [], "
              "b:struct<a: int32, b: string> = null}");
}

TEST_F(NestedDecoderTest, RefusesMalformedStructs) {
  const TypeMapping pair = Struct(Integer(), Text());
  const std::string good = Record(Int(7), "x");
  ExpectCorrupt(
      pair, {"", Int(2).substr(1), Int(2), good + "z", good.substr(0, good.size() - 1),
             Record("short", "x"), Int(2) + Int(11) + Int(0xfffffffe) + Int(22) + Int(0),
             Int(2) + Int(11) + Int(0x7fffffff)});
}

TEST_F(NestedDecoderTest, AStructOfAnAlteredTypeIsAChangedRelation) {
  const TypeMapping pair = Struct(Integer(), Text());
  EXPECT_THAT(Decode(pair, {Int(1) + Int(11) + Field(Int(7))}),
              HasKind(ErrorKind::kRelationChanged));
  EXPECT_THAT(Decode(pair, {Int(2) + Int(11) + Field(Int(7)) + Int(23) + Field("x")}),
              HasKind(ErrorKind::kRelationChanged));
}

TEST_F(NestedDecoderTest, TheFirstRowThatIsWrongIsTold) {
  const TypeMapping pair = Struct(Integer(), Date());
  const std::string good = Record(Int(7), Int(0));
  const std::string infinite = Record(Int(7), Int(0x7fffffff));
  EXPECT_THAT(Decode(pair, {good, infinite, Record("short", Int(0)), ""}),
              HasKind(ErrorKind::kData));
  EXPECT_EQ(decoded_rows_, 1);
  EXPECT_THAT(Decode(pair, {good, good, Record("short", Int(0)), infinite}),
              HasKind(ErrorKind::kCorruptData));
  EXPECT_EQ(decoded_rows_, 2);
  EXPECT_THAT(Decode(pair, {good, "", infinite}), HasKind(ErrorKind::kCorruptData));
  EXPECT_EQ(decoded_rows_, 1);
}

TEST_F(NestedDecoderTest, ManyRowsAreDecodedInPieces) {
  Values values;
  for (uint64_t row = 0; row < 10'000; ++row) {
    values.emplace_back(row % 7 == 0
                            ? std::nullopt
                            : std::optional(Record(Int(row), std::string(row % 9, 'x'))));
  }
  ASSERT_OK_AND_ASSIGN(const auto array, Decode(Struct(Integer(), Text()), values));
  const auto& structs = static_cast<const arrow::StructArray&>(*array);
  const auto& numbers = static_cast<const arrow::Int32Array&>(*structs.field(0));
  for (int64_t row = 0; row < array->length(); ++row) {
    ASSERT_EQ(array->IsNull(row), row % 7 == 0);
    if (row % 7 != 0) {
      ASSERT_EQ(numbers.Value(row), row);
    }
  }
}

TEST_F(NestedDecoderTest, RangesTellWhatTheirBoundsAre) {
  const std::string one = Field(Int(1));
  const std::string nine = Field(Int(9));
  ExpectArray(
      Range(Integer()),
      {"\x02" + one + nine, "\x01", "\x18", "\x0c" + nine, std::nullopt, "\x12" + one},
      "{lower:int32 = 1, upper:int32 = 9, lower_inc:bool = true, upper_inc:bool = false, "
      "empty:bool = false} | "
      "{lower:int32 = null, upper:int32 = null, lower_inc:bool = false, "
      "upper_inc:bool = false, empty:bool = true} | "
      "{lower:int32 = null, upper:int32 = null, lower_inc:bool = false, "
      "upper_inc:bool = false, empty:bool = false} | "
      "{lower:int32 = null, upper:int32 = 9, lower_inc:bool = false, "
      "upper_inc:bool = true, empty:bool = false} | "
      "null | "
      "{lower:int32 = 1, upper:int32 = null, lower_inc:bool = true, "
      "upper_inc:bool = false, empty:bool = false}");
}

TEST_F(NestedDecoderTest, RefusesMalformedRanges) {
  const std::string one = Field(Int(1));
  ExpectCorrupt(Range(Integer()),
                {"", "\x02", "\x02" + one, "\x02" + one + one + "z", "\x01" + one,
                 "\x20" + one + one, "\x02" + one + Field(std::nullopt),
                 "\x02" + one + Field("short"), "\x02" + one + Int(0x7fffffff)});
}

TEST_F(NestedDecoderTest, NoPolicyMakesABoundNullForThatMeansUnbounded) {
  policies_.on_infinity = ValuePolicy::kNull;
  const std::string until_infinity = "\x02" + Field(Int(0)) + Field(Int(0x7fffffff));
  const auto refused = Decode(Range(Date()), {until_infinity});
  EXPECT_THAT(refused, HasKind(ErrorKind::kData));
  EXPECT_THAT(refused, StatusMessageHas("a bound of a range that is infinity"));
  EXPECT_THAT(refused, StatusMessageHas("which on_infinity: null does not make NULL"));
  EXPECT_THAT(refused, StatusHintHas("types: {\"c\": text}, or policies: {\"c\": "
                                     "{on_infinity: clamp}}"));
  policies_.on_infinity = ValuePolicy::kClamp;
  EXPECT_OK(Decode(Range(Date()), {until_infinity}));
  EXPECT_EQ(counts_.infinity, 1);
}

TEST_F(NestedDecoderTest, AMultirangeIsAListOfRanges) {
  const TypeMapping ranges = List(WireForm::kMultirange, Range(Integer()));
  const std::string open = Field("\x12" + Field(Int(5)));
  ExpectArray(ranges, {Int(1) + open, Int(0), std::nullopt},
              "[{lower:int32 = 5, upper:int32 = null, lower_inc:bool = true, "
              "upper_inc:bool = false, empty:bool = false}] | [] | null");
  ExpectCorrupt(ranges, {"", Int(1), Int(2) + open, Int(0) + open, Int(-1),
                         Int(0x7fffffff) + open, Int(1) + Field(std::nullopt)});
}

TEST_F(NestedDecoderTest, AnHstoreIsAMapWhoseValuesMayBeNull) {
  ExpectArray(Map(),
              {Int(2) + Field("k") + Field("v") + Field("") + Field(std::nullopt), Int(0),
               std::nullopt},
              "[{key:string = k, value:string = v}, {key:string = , value:string = null}]"
              " | [] | null");
  ExpectCorrupt(Map(), {"", Int(1), Int(1) + Field("k"), Int(1) + Field("k") + Int(1),
                        Int(1) + Field(std::nullopt) + Field("v"),
                        Int(1) + Field("k") + Field("v") + "z"});
}

TEST_F(NestedDecoderTest, TextThatIsNoUtf8GoesByItsPolicyWhereverItStands) {
  const TypeMapping text{.wire = WireForm::kText, .arrow_type = arrow::utf8()};
  const TypeMapping list = List(WireForm::kList, text);
  const std::string bad = "\xe9";
  is_text_unchecked_ = true;
  const auto refused = Decode(list, {Array({"a"}), Array({"b", bad})});
  EXPECT_THAT(refused, HasKind(ErrorKind::kData));
  EXPECT_THAT(refused, StatusMessageHas("text that is no UTF-8 (on_invalid_utf8: error"));
  policies_.on_invalid_utf8 = ValuePolicy::kNull;
  ExpectArray(list, {Array({"a", bad, "b"}), Array({bad})}, "[a, null, b] | [null]");
  ExpectArray(Map(), {Int(1) + Field("k") + Field(bad)},
              "[{key:string = k, value:string = null}]");
  EXPECT_EQ(counts_, PolicyCounts{.invalid_utf8 = 3});
  for (const auto& [mapping, value] : {std::pair(Map(), Int(1) + Field(bad) + Field("v")),
                                       {Range(text), "\x12" + Field(bad)}}) {
    const auto never = Decode(mapping, {value});
    EXPECT_THAT(never, HasKind(ErrorKind::kData));
    EXPECT_THAT(never, StatusHintHas("types: {\"c\": text}"));
  }
}

TEST_F(NestedDecoderTest, VectorsOfTheCatalogBeginAtZero) {
  const TypeMapping vector = List(WireForm::kZeroBasedList, Integer());
  ExpectArray(vector, {Array({Int(1), Int(2)}, 0), Array({}, 0)}, "[1, 2] | []");
  EXPECT_THAT(Decode(vector, {Array({Int(1)}, 1)}), HasKind(ErrorKind::kData));
}

TEST_F(NestedDecoderTest, AVectorIsAListOfFloats) {
  const TypeMapping floats{.wire = WireForm::kFloatList,
                           .arrow_type = arrow::list(arrow::float32())};
  const std::string vector = FromHex("0002 0000 3f800000 c0000000");
  ExpectArray(floats, {vector, std::nullopt, FromHex("0001 0000 00000000"), vector},
              "[1, -2] | null | [0] | [1, -2]");
  ExpectCorrupt(floats, {"", FromHex("0002 00"), FromHex("0002 0000 3f800000"),
                         vector + "z", FromHex("0000 0000 00000000")});
}

}  // namespace
}  // namespace carmilla
