#include "types/lake_type.h"

#include <arrow/type.h>
#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace carmilla {
namespace {

std::string Described(const std::shared_ptr<arrow::DataType>& type) {
  const auto lake = LakeTypeOf(*type);
  return lake.ok() ? lake->parquet + " | " + lake->glue : lake.status().message();
}

TEST(LakeTypeTest, DescribesWhatColumnsOfPostgresBecome) {
  EXPECT_EQ(Described(arrow::int64()), "INT64 | bigint");
  EXPECT_EQ(Described(arrow::utf8()), "BYTE_ARRAY STRING | string");
  EXPECT_EQ(Described(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")),
            "INT64 TIMESTAMP(MICROS, UTC) | timestamp");
}

TEST(LakeTypeTest, StoresDecimalsInTheNarrowestForm) {
  EXPECT_EQ(Described(arrow::decimal32(9, 2)), "INT32 DECIMAL(9,2) | decimal(9,2)");
  EXPECT_EQ(Described(arrow::decimal128(38, 0)), "FIXED DECIMAL(38,0) | decimal(38,0)");
  EXPECT_THAT(LakeTypeOf(*arrow::decimal128(9, 2)), HasKind(ErrorKind::kUnsupportedType));
}

TEST(LakeTypeTest, DescribesWhatIsNested) {
  const auto member = arrow::struct_(
      {arrow::field("a", arrow::int32()), arrow::field("b", arrow::list(arrow::utf8()))});
  EXPECT_EQ(Described(arrow::list(member)),
            "LIST<GROUP<a: INT32, b: LIST<BYTE_ARRAY STRING>>> | "
            "array<struct<a:int,b:array<string>>>");
}

TEST(LakeTypeTest, RefusesWhatNoColumnOfPostgresBecomes) {
  for (const auto& type : {arrow::uint32(), arrow::int8(), arrow::large_utf8(),
                           arrow::timestamp(arrow::TimeUnit::NANO)}) {
    EXPECT_THAT(LakeTypeOf(*type), HasKind(ErrorKind::kUnsupportedType));
  }
}

}  // namespace
}  // namespace carmilla
