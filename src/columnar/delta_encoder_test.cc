#include "columnar/delta_encoder.h"

#include <algorithm>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include <arrow/api.h>
#include <gtest/gtest.h>
#include <parquet/encoding.h>

#include "columnar/delta_length_texts.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

template <typename Integer>
std::string Encode(DeltaEncoder<Integer>& encoder, const std::vector<Integer>& values,
                   size_t at_once) {
  for (size_t begin = 0; begin < values.size(); begin += at_once) {
    const size_t count = std::min(at_once, values.size() - begin);
    encoder.Put(values.data() + begin, static_cast<int>(count));
  }
  return encoder.FlushValues()->ToString();
}

template <typename DType>
std::string EncodeByLibrary(const std::vector<typename DType::c_type>& values) {
  const auto encoder =
      parquet::MakeTypedEncoder<DType>(parquet::Encoding::DELTA_BINARY_PACKED);
  encoder->Put(values.data(), static_cast<int>(values.size()));
  return encoder->FlushValues()->ToString();
}

template <typename DType>
class DeltaEncoderTest : public testing::Test {};
using Integers = testing::Types<parquet::Int32Type, parquet::Int64Type>;
TYPED_TEST_SUITE(DeltaEncoderTest, Integers);

TYPED_TEST(DeltaEncoderTest, GivesTheBytesOfTheLibrary) {
  using Integer = typename TypeParam::c_type;
  std::mt19937_64 random(5);
  DeltaEncoder<Integer> encoder(arrow::default_memory_pool());
  for (int bits = 0; bits <= int{8 * sizeof(Integer)}; ++bits) {
    for (const size_t count : {0, 1, 2, 32, 33, 65, 128, 129, 256, 257, 1000, 5000}) {
      std::vector<Integer> values;
      Integer sum = 0;
      for (size_t i = 0; i < count; ++i) {
        const uint64_t word = bits == 0 ? 0 : random() >> (64 - bits);
        // Some columns are in order, some blocks are wider than others.
        const bool is_sorted = bits % 3 == 1 && bits < 8;
        sum = static_cast<Integer>(is_sorted ? static_cast<uint64_t>(sum) + word : word);
        values.push_back(i % 300 < 100 ? sum : static_cast<Integer>(sum / 16));
      }
      SCOPED_TRACE(std::to_string(bits) + " bits, " + std::to_string(count) + " values");
      EXPECT_EQ(Encode(encoder, values, 1 + random() % 300),
                EncodeByLibrary<TypeParam>(values));
    }
  }
}

TYPED_TEST(DeltaEncoderTest, WrapsAroundAtTheLimits) {
  using Integer = typename TypeParam::c_type;
  constexpr Integer kLeast = std::numeric_limits<Integer>::min();
  constexpr Integer kMost = std::numeric_limits<Integer>::max();
  const std::vector<Integer> values = {kLeast, kMost, 0,     kLeast,
                                       -1,     kMost, kMost, kLeast};
  DeltaEncoder<Integer> encoder(arrow::default_memory_pool());
  EXPECT_EQ(Encode(encoder, values, 3), EncodeByLibrary<TypeParam>(values));
}

TEST(DeltaLengthTextsTest, GivesTheBytesOfTheLibrary) {
  std::mt19937_64 random(6);
  DeltaLengthTexts texts(/*page_bytes=*/4096, arrow::default_memory_pool());
  for (const int rows : {0, 1, 40, 200, 3000}) {
    for (const uint64_t null_percent : {0, 30, 100}) {
      arrow::StringBuilder builder;
      for (int row = 0; row < rows; ++row) {
        if (random() % 100 < null_percent) {
          ASSERT_OK(builder.AppendNull());
        } else {
          ASSERT_OK(builder.Append(std::string(random() % 90, 'a' + row % 26)));
        }
      }
      const auto array = builder.Finish().ValueOrDie();
      const auto library = parquet::MakeTypedEncoder<parquet::ByteArrayType>(
          parquet::Encoding::DELTA_LENGTH_BYTE_ARRAY);
      int64_t bytes = 0;
      for (int row = 0; row < rows; row += 37) {
        const auto slice = array->Slice(row, 37);
        bytes += texts.PutTexts(*slice);
        library->Put(*slice);
      }
      EXPECT_EQ(bytes,
                static_cast<const arrow::StringArray&>(*array).total_values_length());
      const std::string lengths = texts.FlushLengths()->ToString();
      EXPECT_EQ(lengths + texts.FlushValues()->ToString(),
                library->FlushValues()->ToString());
    }
  }
}

}  // namespace
}  // namespace carmilla
