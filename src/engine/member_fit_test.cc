#include "engine/member_fit.h"

#include <arrow/type.h>
#include <gtest/gtest.h>

namespace carmilla {
namespace {

TEST(MemberFitTest, HoldsWhatLosesNothing) {
  EXPECT_TRUE(HasRoomFor(*arrow::int64(), *arrow::int16()));
  EXPECT_FALSE(HasRoomFor(*arrow::int16(), *arrow::int32()));
  EXPECT_TRUE(HasRoomFor(*arrow::float64(), *arrow::float32()));
  EXPECT_FALSE(HasRoomFor(*arrow::float32(), *arrow::float64()));
  EXPECT_FALSE(HasRoomFor(*arrow::float64(), *arrow::int32()));
  EXPECT_TRUE(HasRoomFor(*arrow::decimal128(20, 4), *arrow::decimal64(12, 2)));
  EXPECT_FALSE(HasRoomFor(*arrow::decimal64(12, 4), *arrow::decimal64(12, 2)));
  EXPECT_FALSE(HasRoomFor(*arrow::decimal64(12, 1), *arrow::decimal64(12, 2)));
  EXPECT_FALSE(HasRoomFor(*arrow::decimal64(12, 2), *arrow::int32()));
  EXPECT_FALSE(HasRoomFor(*arrow::utf8(), *arrow::int32()));
  EXPECT_FALSE(HasRoomFor(*arrow::timestamp(arrow::TimeUnit::MICRO),
                          *arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")));
}

TEST(MemberFitTest, ListsAndGroupsAreComparedByWhatTheyHold) {
  const auto named = arrow::list(arrow::field("element", arrow::int32(), false));
  EXPECT_TRUE(HasRoomFor(*arrow::list(arrow::int32()), *named));
  EXPECT_FALSE(HasRoomFor(*arrow::list(arrow::int64()), *named));
  const auto a = arrow::struct_({arrow::field("a", arrow::utf8())});
  EXPECT_TRUE(HasRoomFor(*a, *a));
  EXPECT_FALSE(HasRoomFor(*a, *arrow::struct_({arrow::field("b", arrow::utf8())})));
}

}  // namespace
}  // namespace carmilla
