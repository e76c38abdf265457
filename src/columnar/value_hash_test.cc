#include "columnar/value_hash.h"

#include <bit>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/scalar.h>
#include <arrow/util/decimal.h>
#include <gtest/gtest.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "columnar/sample_table.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

__extension__ using Uint128 = unsigned __int128;

ColumnProof ProofOf(const arrow::ArrayVector& pieces, int64_t first_ordinal = 0) {
  ColumnProof proof;
  for (const auto& piece : pieces) {
    EXPECT_OK(AddToProofs({piece}, first_ordinal, std::span(&proof, 1)));
    first_ordinal += piece->length();
  }
  return proof;
}

ColumnProof ProofOf(const std::shared_ptr<arrow::DataType>& type,
                    const std::string& json) {
  return ProofOf({ArrayOf(type, json)});
}

// A second implementation of docs/formats/value-hash.md: one value at a time through
// Arrow's scalars, without regard for speed.
uint64_t SlowMix(uint64_t left, uint64_t right) {
  const Uint128 product = static_cast<Uint128>(left) * right;
  return static_cast<uint64_t>(product >> 64) ^ static_cast<uint64_t>(product);
}

uint64_t SlowKey(uint64_t ordinal) {
  uint64_t state = ordinal * 0x9E3779B97F4A7C15;
  state += 0x9E3779B97F4A7C15;
  state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
  state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
  return state ^ (state >> 31);
}

uint64_t SlowDigest(const arrow::Scalar& value);

uint64_t SlowDigestOfSequence(const arrow::ScalarVector& elements) {
  uint64_t digest = 0xA4093822299F31D0 ^ elements.size();
  for (const auto& element : elements) {
    digest = element->is_valid
                 ? SlowMix(digest ^ SlowDigest(*element), 0x082EFA98EC4E6C89)
                 : SlowMix(digest, 0x452821E638D01377);
  }
  return digest;
}

uint64_t SlowDigestOfList(const arrow::Array& elements) {
  arrow::ScalarVector scalars;
  for (int64_t i = 0; i < elements.length(); ++i) {
    scalars.push_back(elements.GetScalar(i).ValueOrDie());
  }
  return SlowDigestOfSequence(scalars);
}

uint64_t SlowDigestOfWide(const arrow::Decimal128& value) {
  const auto low = value.low_bits();
  const auto high = static_cast<uint64_t>(value.high_bits());
  const bool fits = high == (static_cast<int64_t>(low) < 0 ? ~uint64_t{0} : 0);
  return fits ? low : SlowMix(low ^ 0x243F6A8885A308D3, high ^ 0x13198A2E03707344);
}

template <typename ScalarType>
uint64_t SlowDigestOfNumber(const arrow::Scalar& value) {
  return static_cast<uint64_t>(
      static_cast<int64_t>(static_cast<const ScalarType&>(value).value));
}

uint64_t SlowDigest(const arrow::Scalar& value) {
  using arrow::Type;
  switch (value.type->id()) {
    case Type::BOOL:
      return static_cast<const arrow::BooleanScalar&>(value).value;
    case Type::INT16:
      return SlowDigestOfNumber<arrow::Int16Scalar>(value);
    case Type::INT32:
      return SlowDigestOfNumber<arrow::Int32Scalar>(value);
    case Type::INT64:
      return SlowDigestOfNumber<arrow::Int64Scalar>(value);
    case Type::DATE32:
      return SlowDigestOfNumber<arrow::Date32Scalar>(value);
    case Type::TIMESTAMP:
      return SlowDigestOfNumber<arrow::TimestampScalar>(value);
    case Type::DECIMAL32:
      return SlowDigestOfNumber<arrow::Decimal32Scalar>(value);
    case Type::DECIMAL64:
      return SlowDigestOfNumber<arrow::Decimal64Scalar>(value);
    case Type::DECIMAL128:
      return SlowDigestOfWide(static_cast<const arrow::Decimal128Scalar&>(value).value);
    case Type::FLOAT: {
      const float number = static_cast<const arrow::FloatScalar&>(value).value;
      return std::bit_cast<uint32_t>(number);
    }
    case Type::DOUBLE: {
      const double number = static_cast<const arrow::DoubleScalar&>(value).value;
      return std::bit_cast<uint64_t>(number);
    }
    case Type::STRING:
    case Type::BINARY:
    case Type::FIXED_SIZE_BINARY: {
      const auto& bytes = *static_cast<const arrow::BaseBinaryScalar&>(value).value;
      return XXH3_64bits(bytes.data(), static_cast<size_t>(bytes.size()));
    }
    case Type::TIME64:
      return SlowDigestOfNumber<arrow::Time64Scalar>(value);
    case Type::LIST:
    case Type::MAP:
      return SlowDigestOfList(*static_cast<const arrow::BaseListScalar&>(value).value);
    case Type::STRUCT:
      return SlowDigestOfSequence(static_cast<const arrow::StructScalar&>(value).value);
    case Type::EXTENSION:
      return SlowDigest(*static_cast<const arrow::ExtensionScalar&>(value).value);
    default:
      ADD_FAILURE() << "no slow digest of " << value.type->ToString();
      return 0;
  }
}

ColumnProof SlowProofOf(const arrow::Array& array) {
  Uint128 sum = 0;
  ColumnProof proof;
  for (int64_t i = 0; i < array.length(); ++i) {
    const auto value = array.GetScalar(i).ValueOrDie();
    const Uint128 digest =
        value->is_valid ? SlowDigest(*value) : static_cast<Uint128>(1) << 64;
    sum += (digest + 1) * SlowKey(static_cast<uint64_t>(i));
    proof.nulls += value->is_valid ? 0 : 1;
  }
  proof.hash = {.low = static_cast<uint64_t>(sum),
                .high = static_cast<uint64_t>(sum >> 64)};
  return proof;
}

TEST(ValueHashTest, HasGoldenValues) {
  // The first outputs of SplitMix64 seeded with 0 are 0xe220a8397b1dcdaf,
  // 0x6e789e6aa1b965f4; XXH3 (64 bits) of nothing is 0x2d06800538d394c2. The products are
  // by Python:
  //   hex((0x2d06800538d394c2 + 1) * 0xe220a8397b1dcdaf)
  EXPECT_EQ(ProofOf(arrow::int32(), "[1]").hash, (ValueHash{0xc4415072f63b9b5e, 0x1}));
  EXPECT_EQ(ProofOf(arrow::int64(), "[0, 1]").hash, (ValueHash{0xbf11e50ebe909997, 0x1}));
  EXPECT_EQ(ProofOf(arrow::int64(), "[-1]").hash, (ValueHash{0x0, 0xe220a8397b1dcdaf}));
  EXPECT_EQ(ProofOf(arrow::int64(), "[null]").hash,
            (ValueHash{0xe220a8397b1dcdaf, 0xe220a8397b1dcdaf}));
  EXPECT_EQ(ProofOf(arrow::utf8(), R"([""])").hash,
            (ValueHash{0x3df6e1efd1d9d84d, 0x27c57b6afcef2fa7}));
  EXPECT_EQ(ProofOf(arrow::int64(), "[]"), ColumnProof{});
}

TEST(ValueHashTest, AgreesWithASlowTwinOnEveryType) {
  const auto batch = SampleBatch();
  for (int i = 0; i < batch->num_columns(); ++i) {
    EXPECT_EQ(ProofOf({batch->column(i)}), SlowProofOf(*batch->column(i)))
        << batch->schema()->field(i)->ToString();
  }
}

TEST(ValueHashTest, AgreesWithASlowTwinOnRandomValues) {
  std::mt19937_64 random(1);
  arrow::Int64Builder integers;
  arrow::StringBuilder texts;
  arrow::Decimal128Builder decimals(arrow::decimal128(38, 0));
  for (int i = 0; i < 3000; ++i) {
    if (random() % 5 == 0) {
      ASSERT_OK(integers.AppendNull());
      ASSERT_OK(texts.AppendNull());
      ASSERT_OK(decimals.AppendNull());
      continue;
    }
    ASSERT_OK(integers.Append(static_cast<int64_t>(random())));
    ASSERT_OK(texts.Append(std::string(random() % 300, static_cast<char>(random()))));
    ASSERT_OK(decimals.Append(
        arrow::Decimal128(static_cast<int64_t>(random()) >> random() % 64, random())));
  }
  for (arrow::ArrayBuilder* builder :
       std::initializer_list<arrow::ArrayBuilder*>{&integers, &texts, &decimals}) {
    ASSERT_OK_AND_ASSIGN(const auto array, builder->Finish());
    EXPECT_EQ(ProofOf({array}), SlowProofOf(*array));
  }
}

TEST(ValueHashTest, DoesNotDependOnTheCutIntoBatches) {
  const auto batch = SampleBatch();
  for (int i = 0; i < batch->num_columns(); ++i) {
    const auto whole = batch->column(i);
    const ColumnProof expected = ProofOf({whole});
    for (int64_t cut = 0; cut <= whole->length(); ++cut) {
      EXPECT_EQ(ProofOf({whole->Slice(0, cut), whole->Slice(cut)}), expected)
          << batch->schema()->field(i)->ToString() << " cut at " << cut;
    }
  }
}

TEST(ValueHashTest, DoesNotDependOnNumberOfColumnsHashedTogether) {
  const auto batch = OrderRows(/*first=*/0, /*num_rows=*/1000);
  std::vector<ColumnProof> together(4);
  ASSERT_OK(AddToProofs(batch->columns(), /*first_ordinal=*/0, together));
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(ProofOf({batch->column(i)}), together[static_cast<size_t>(i)]);
  }
}

TEST(ValueHashTest, FindsSwappedMovedMissingDoubledAndChangedValues) {
  // No two of these columns are equal.
  const std::vector<std::string> columns = {
      R"(["1", "2", "3", "4"])",  R"(["2", "1", "3", "4"])",
      R"(["1", "2", "4", "3"])",  R"(["4", "1", "2", "3"])",
      R"(["1", "2", "3"])",       R"(["1", "2", "3", "4", "0"])",
      R"(["1", "1", "3", "4"])",  R"(["1", "2", "3", "5"])",
      R"(["1", "2", null, "4"])", R"(["1", null, "2", "4"])",
      R"([null, "1", "2", "4"])", R"(["2", "0", "4", "4"])",
      R"(["0", "3", "3", "4"])",  R"(["2", "3", "4", "1"])"};
  for (const auto& type :
       {arrow::decimal64(9, 0), arrow::decimal128(38, 0), arrow::utf8()}) {
    std::set<std::pair<uint64_t, uint64_t>> hashes;
    for (const std::string& column : columns) {
      const ValueHash hash = ProofOf(type, column).hash;
      hashes.emplace(hash.low, hash.high);
    }
    EXPECT_EQ(hashes.size(), columns.size()) << type->ToString();
  }
}

TEST(ValueHashTest, TellsApartWhatLooksAlike) {
  const auto differ = [](const std::shared_ptr<arrow::DataType>& type,
                         const std::string& left, const std::string& right) {
    EXPECT_NE(ProofOf(type, left).hash, ProofOf(type, right).hash) << left << right;
  };
  differ(arrow::float64(), "[-0.0]", "[0.0]");
  differ(arrow::utf8(), "[null]", R"([""])");
  differ(arrow::int32(), "[null]", "[0]");
  differ(arrow::boolean(), "[null]", "[false]");
  const auto list = arrow::list(arrow::int32());
  differ(list, "[null]", "[[]]");
  differ(list, "[[]]", "[[null]]");
  differ(list, "[[null]]", "[[0]]");
  differ(list, "[[1, 2]]", "[[2, 1]]");
  differ(list, "[[1], [2]]", "[[1, 2], []]");
  differ(arrow::list(list), "[[[1], [2]]]", "[[[1, 2]]]");
  differ(arrow::list(list), "[[[], []]]", "[[[]]]");
  const auto pair = arrow::struct_(
      {arrow::field("a", arrow::int32()), arrow::field("b", arrow::int32())});
  differ(pair, "[null]", R"([{"a": null, "b": null}])");
  differ(pair, R"([{"a": 1, "b": null}])", R"([{"a": null, "b": 1}])");
  differ(arrow::list(pair), "[[null]]", R"([[{"a": null, "b": null}]])");
  differ(arrow::list(pair), "[[]]", "[[null]]");
  const auto map = arrow::map(arrow::utf8(), arrow::utf8());
  differ(map, "[null]", "[[]]");
  differ(map, R"([[["a", null]]])", R"([[["a", ""]]])");
  differ(map, R"([[["a", "b"]]])", R"([[["b", "a"]]])");
  differ(map, R"([[["a", "1"], ["b", "2"]]])", R"([[["b", "2"], ["a", "1"]]])");
}

TEST(ValueHashTest, GivesADecimalTheSameHashInEachWidth) {
  const std::string json = R"(["1.50", "-0.01", null, "0.00", "-9999999.99"])";
  const ColumnProof proof = ProofOf(arrow::decimal32(9, 2), json);
  EXPECT_EQ(ProofOf(arrow::decimal64(9, 2), json), proof);
  EXPECT_EQ(ProofOf(arrow::decimal128(9, 2), json), proof);
}

TEST(ValueHashTest, ReadsThroughOffsetsOfStructsAndMaps) {
  const auto type =
      arrow::struct_({arrow::field("a", arrow::int32()),
                      arrow::field("b", arrow::map(arrow::utf8(), arrow::int32()))});
  const auto whole = ArrayOf(
      type,
      R"([{"a": 1, "b": [["x", 1]]}, null, {"a": null, "b": []}, {"a": 2, "b": null}])");
  const ColumnProof expected = ProofOf({whole});
  EXPECT_EQ(expected.nulls, 1);
  EXPECT_EQ(ProofOf({whole->Slice(0, 2), whole->Slice(2)}), expected);
  EXPECT_NE(ProofOf({whole->Slice(0, 2), whole->Slice(1, 2)}).hash, expected.hash);
}

TEST(ValueHashTest, GivesCodesTheHashOfTheirText) {
  const auto codes = arrow::dictionary(arrow::int32(), arrow::utf8());
  const std::string json = R"(["b", "a", null, "b", "", "a"])";
  const auto coded = ArrayOf(codes, json);
  EXPECT_EQ(ProofOf({coded}), ProofOf(arrow::utf8(), json));
  EXPECT_EQ(ProofOf({coded->Slice(0, 1), coded->Slice(1)}), ProofOf({coded}));
  EXPECT_NE(ProofOf({coded->Slice(1, 2)}), ProofOf({coded->Slice(0, 2)}));
}

TEST(ValueHashTest, GivesTextsInNoArrayTheHashThatTheyHaveInOne) {
  std::mt19937_64 random(7);
  arrow::StringBuilder builder;
  std::vector<std::string> kept;
  for (int i = 0; i < 3000; ++i) kept.emplace_back(random() % 40, static_cast<char>(i));
  std::vector<std::string_view> texts(kept.begin(), kept.end());
  for (std::string_view& text : texts) {
    if (random() % 4 == 0) text = {};
    ASSERT_OK(text.data() == nullptr ? builder.AppendNull() : builder.Append(text));
  }
  ASSERT_OK_AND_ASSIGN(const auto array, builder.Finish());
  const std::span<const std::string_view> all = texts;
  for (const size_t cut : {0, 1, 255, 256, 257, 1024, 3000}) {
    ColumnProof proof;
    AddToProof(all.first(cut), 0, &proof);
    AddToProof(all.subspan(cut), static_cast<int64_t>(cut), &proof);
    EXPECT_EQ(proof, ProofOf({array})) << cut;
  }
}

TEST(ValueHashTest, SurvivesACodeThatStandsForNothing) {
  const auto values = ArrayOf(arrow::utf8(), R"(["a"])");
  const auto codes = ArrayOf(arrow::int32(), "[0, 1, -1]");
  auto data = codes->data()->Copy();
  data->type = arrow::dictionary(arrow::int32(), arrow::utf8());
  data->dictionary = values->data();
  EXPECT_NE(ProofOf({arrow::MakeArray(data)}).hash,
            ProofOf(arrow::utf8(), R"(["a", "a", "a"])").hash);
}

TEST(ValueHashTest, RefusesATypeWithoutDefinition) {
  ColumnProof proof;
  const auto narrow =
      ArrayOf(arrow::dictionary(arrow::int8(), arrow::utf8()), R"(["a"])");
  EXPECT_THAT(AddToProofs({narrow}, 0, std::span(&proof, 1)),
              HasKind(ErrorKind::kUnsupportedType));
  const auto array = ArrayOf(arrow::duration(arrow::TimeUnit::SECOND), "[1]");
  EXPECT_THAT(AddToProofs({array}, 0, std::span(&proof, 1)),
              HasKind(ErrorKind::kUnsupportedType));
}

}  // namespace
}  // namespace carmilla
