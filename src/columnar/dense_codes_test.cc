#include "columnar/dense_codes.h"

#include <memory>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carmilla {
namespace {

TEST(DenseCodesTest, KeepsNoMemoryForIntegersThatAreFarApart) {
  const std::unique_ptr<arrow::MemoryPool> pool = arrow::MemoryPool::CreateDefault();
  DenseCodes<int32_t> codes(pool.get());
  std::vector<int32_t> values(100);
  std::iota(values.begin(), values.end(), 19000);
  ASSERT_TRUE(codes.Assign(values));
  EXPECT_EQ(codes.CodeOf(19005), 5);
  EXPECT_GT(pool->bytes_allocated(), 0);
  values.push_back(2000000000);
  EXPECT_FALSE(codes.Assign(values));
  EXPECT_FALSE(codes.is_used());
  EXPECT_EQ(codes.CodeOf(19005), kNoCode);
  EXPECT_EQ(pool->bytes_allocated(), 0);
}

}  // namespace
}  // namespace carmilla
