#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::Not;
using ::testing::StringMatchResultListener;

arrow::Status Failure() {
  return MakeError(ErrorKind::kData, "reading public.t: bad value", "set a policy");
}

TEST(MatchersTest, TellOkFromFailure) {
  EXPECT_THAT(arrow::Status::OK(), IsOk());
  EXPECT_THAT(arrow::Result<int>(1), IsOk());
  EXPECT_THAT(Failure(), Not(IsOk()));
}

TEST(MatchersTest, CompareKindMessageAndHint) {
  EXPECT_THAT(Failure(), HasKind(ErrorKind::kData));
  EXPECT_THAT(Failure(), Not(HasKind(ErrorKind::kIo)));
  EXPECT_THAT(arrow::Status::OK(), Not(HasKind(ErrorKind::kData)));
  EXPECT_THAT(Failure(), StatusMessageHas("public.t"));
  EXPECT_THAT(arrow::Result<int>(Failure()), StatusHintHas("policy"));
}

TEST(MatchersTest, LookIntoResults) {
  EXPECT_THAT(arrow::Result<int>(3), IsOkAndHolds(3));
  EXPECT_THAT(arrow::Result<int>(3), IsOkAndHolds(::testing::Gt(2)));
  EXPECT_THAT(arrow::Result<int>(Failure()), Not(IsOkAndHolds(3)));
  EXPECT_THAT(arrow::Result<std::vector<int>>(std::vector<int>{1, 2}),
              IsOkAndHolds(::testing::ElementsAre(1, 2)));
  ASSERT_OK_AND_ASSIGN(const int value, arrow::Result<int>(4));
  EXPECT_EQ(value, 4);
}

TEST(MatchersTest, ExplainWithKindMessageAndHint) {
  StringMatchResultListener listener;
  EXPECT_FALSE(
      ::testing::ExplainMatchResult(IsOk(), arrow::Status(Failure()), &listener));
  EXPECT_EQ(listener.str(), "data: reading public.t: bad value\nhint: set a policy");
}

}  // namespace
}  // namespace carmilla
