#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carmilla/task.h"
#include "carmilla/testing.h"
#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using testing::HasSubstr;

struct Payment {
  int64_t id;
  Decimal<4, 2> amount;
  struct Columns {
    static constexpr Column<int64_t> id{"id", "bigint"};
    static constexpr Column<Decimal<4, 2>> amount{"amount", "numeric(4,2)"};
  };
  static constexpr Columns columns{};
  static constexpr Relation kRelation{
      .schema = "public", .name = "payments", .query = "", .fingerprint = ""};
};
CARMILLA_MODEL(Payment, id, amount);

struct Doubled {
  int64_t id;
  std::string note;
  std::optional<Decimal<4, 2>> amount;
};
CARMILLA_RECORD(Doubled, id, note, amount);

/// Some columns of Doubled, in another order.
struct Part {
  std::optional<Decimal<4, 2>> amount;
  int64_t id;
};
CARMILLA_RECORD(Part, amount, id);

struct Stranger {
  int64_t ids;
};
CARMILLA_RECORD(Stranger, ids);

arrow::Status Double(Context& context) {
  return context.Stream<Payment>()
      .Transform([](const Payment& payment) -> Doubled {
        if (payment.id < 0) throw std::runtime_error("a negative id");
        return {.id = payment.id,
                .note = "twice",
                .amount = Round<4, 2>(payment.amount + payment.amount)};
      })
      .WriteParquet("doubled");
}

arrow::Status DoubleAndHide(Context& context) {
  const arrow::Status ignored = Double(context);
  return arrow::Status::OK();
}

arrow::Status Throw(Context& /*context*/) { throw std::runtime_error("out of tea"); }

arrow::Status ThrowNumber(Context& /*context*/) { throw 42; }

arrow::Status WantMemory(Context& /*context*/) { throw std::bad_alloc(); }

arrow::Status FailPlainly(Context& /*context*/) { return arrow::Status::Invalid("no"); }

CARMILLA_TASK(Double, .name = "double", .on_invalid = OnInvalid::kNull);
CARMILLA_TASK(DoubleAndHide, .name = "hide");
CARMILLA_TASK(Throw);
CARMILLA_TASK(ThrowNumber);
CARMILLA_TASK(WantMemory);
CARMILLA_TASK(FailPlainly);

class TestTaskTest : public testing::Test {
 protected:
  void Give(int64_t id, int64_t cents) {
    test_.Give<Payment>({{id, Decimal<4, 2>::FromUnscaled(cents)}});
  }

  TestTask test_;
};

TEST_F(TestTaskTest, ATaskIsRunByItsName) {
  Give(7, 150);
  ASSERT_THAT(test_.Run("double"), IsOk());
  const auto written = test_.Written<Doubled>("doubled");
  ASSERT_THAT(written, IsOk());
  ASSERT_EQ(written->size(), 1U);
  EXPECT_EQ(written->front().amount->ToString(), "3.00");
}

TEST_F(TestTaskTest, ATaskHasItsOwnPolicyForCellsWithoutAValue) {
  Give(7, 9900);
  ASSERT_THAT(test_.Run("double"), IsOk());
  EXPECT_FALSE(test_.Written<Doubled>("doubled")->front().amount.has_value());
  EXPECT_EQ(test_.invalid_cells(), 1);
}

TEST_F(TestTaskTest, WhatATaskThrowsFailsIt) {
  EXPECT_THAT(test_.Run("Throw").message(), HasSubstr("out of tea"));
  EXPECT_THAT(test_.Run("Throw"), HasKind(ErrorKind::kTask));
}

TEST_F(TestTaskTest, ATaskFailsAsInARun) {
  EXPECT_THAT(test_.Run("ThrowNumber"), HasKind(ErrorKind::kTask));
  EXPECT_THAT(test_.Run("ThrowNumber").message(), HasSubstr("no std::exception"));
  EXPECT_THAT(test_.Run("WantMemory"), HasKind(ErrorKind::kOutOfMemory));
  EXPECT_THAT(test_.Run("FailPlainly"), HasKind(ErrorKind::kTask));
}

TEST_F(TestTaskTest, ATableThatCouldNotBeWrittenFailsTheTaskThatHidesIt) {
  Give(-1, 100);
  EXPECT_THAT(test_.Run("hide"), HasKind(ErrorKind::kTask));
}

struct Narrow {
  int32_t id;
  Decimal<4, 2> amount;
};
CARMILLA_RECORD(Narrow, id, amount);

struct Text {
  std::string id;
};
CARMILLA_RECORD(Text, id);

TEST_F(TestTaskTest, ColumnsOfWhatIsGivenAreFoundByTheirNames) {
  const auto amount = Decimal<4, 2>::FromUnscaled(150);
  test_.GiveLake<Doubled>("doubled", {{7, "twice", amount}});
  const auto parts = test_.context().Lake<Part>("doubled").Collect();
  ASSERT_THAT(parts, IsOk());
  ASSERT_EQ(parts->size(), 1U);
  EXPECT_EQ((*parts)[0].amount, amount);
  EXPECT_EQ((*parts)[0].id, 7);
  const auto stranger = test_.context().Lake<Stranger>("doubled").Collect();
  EXPECT_THAT(stranger, HasKind(ErrorKind::kStaleHeader));
  EXPECT_THAT(stranger.status().message(), HasSubstr("there is no column ids"));
  const auto text = test_.context().Lake<Text>("doubled").Collect();
  EXPECT_THAT(text, HasKind(ErrorKind::kStaleHeader));
  EXPECT_THAT(text.status().message(), HasSubstr("id is int64 and its member string"));
}

TEST_F(TestTaskTest, AMemberMayBeWiderThanWhatIsGiven) {
  test_.GiveLake<Narrow>("narrow", {{7, Decimal<4, 2>::FromUnscaled(150)}});
  const auto parts = test_.context().Lake<Part>("narrow").Collect();
  ASSERT_THAT(parts, IsOk());
  EXPECT_EQ((*parts)[0].id, 7);
}

TEST_F(TestTaskTest, AValueThatIsNoneIsNotGivenAsNull) {
  const auto amount = Decimal<4, 2>::FromUnscaled(150);
  const auto none = Decimal<4, 2>::Invalid(ValueProblem::kOverflow);
  test_.GiveLake<Doubled>("doubled", {{7, "twice", amount}, {8, "twice", none}});
  const arrow::Status status = test_.context().Lake<Part>("doubled").Collect().status();
  EXPECT_THAT(status, HasKind(ErrorKind::kData));
  EXPECT_THAT(status.message(), HasSubstr("column amount, row 2: a value beyond"));
}

TEST_F(TestTaskTest, ATextThatIsNoneIsAnError) {
  test_.GiveLake<Text>("texts", {{"\xFF"}});
  const arrow::Status status = test_.context().Lake<Text>("texts").Collect().status();
  EXPECT_THAT(status, HasKind(ErrorKind::kTask));
  EXPECT_THAT(status.message(), HasSubstr("texts of the lake"));
  EXPECT_THAT(status.message(), HasSubstr("not UTF-8"));
}

TEST_F(TestTaskTest, AnUnknownTaskIsAnsweredWithTheNearest) {
  const arrow::Status status = test_.Run("duoble");
  EXPECT_THAT(status, HasKind(ErrorKind::kUsage));
  EXPECT_EQ(HintOf(status), "did you mean \"double\"?");
}

TEST_F(TestTaskTest, ColumnsOfWhatWasWrittenAreFoundByTheirNames) {
  Give(7, 150);
  ASSERT_THAT(test_.Run("double"), IsOk());
  const auto written = test_.Written<Part>("doubled");
  ASSERT_THAT(written, IsOk());
  EXPECT_EQ(written->front().amount->ToString(), "3.00");
  EXPECT_EQ(written->front().id, 7);
  const auto stranger = test_.Written<Stranger>("doubled");
  EXPECT_THAT(stranger, HasKind(ErrorKind::kUnknownRelation));
  EXPECT_EQ(HintOf(stranger.status()), "did you mean \"id\"?");
}

}  // namespace
}  // namespace carmilla
