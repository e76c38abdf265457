#include "carmilla/enum_labels.h"

#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carmilla/value_error.h"
#include "core/error.h"
#include "testing/matchers.h"

namespace models {
enum class mood : uint32_t {
  sad,
  ok,
  very_happy
};  // NOLINT(readability-identifier-naming)
}  // namespace models

template <>
struct carmilla::EnumLabels<models::mood> {
  static constexpr std::array<std::string_view, 3> kLabels{"sad", "ok", "very happy"};
};

namespace carmilla {
namespace {

using models::mood;

TEST(EnumLabelsTest, GoesFromLabelToValueAndBack) {
  static_assert(LabelOf(mood::very_happy) == "very happy");
  static_assert(FindLabel<mood>("ok") == mood::ok);
  static_assert(!FindLabel<mood>("Ok").has_value());
  EXPECT_THAT(ParseLabel<mood>("sad"), IsOkAndHolds(mood::sad));
}

TEST(EnumLabelsTest, RefusesWhatHasNoLabel) {
  EXPECT_THAT(ParseLabel<mood>("angry"), HasKind(ErrorKind::kData));
  EXPECT_THAT(ParseLabel<mood>("angry"),
              StatusMessageHas("reading an enum: it is none of its 3 labels"));
  EXPECT_THROW(LabelOf(static_cast<mood>(3)), ValueError);
}

TEST(EnumLabelsTest, OtherTypesHaveNone) {
  static_assert(LabelledEnum<mood>);
  static_assert(!LabelledEnum<ValueProblem>);
  static_assert(!LabelledEnum<int>);
}

}  // namespace
}  // namespace carmilla
