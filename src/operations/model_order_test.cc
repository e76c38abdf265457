#include "operations/model_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carmilla {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(ModelOrderTest, EachStandsBehindWhatItNeeds) {
  const ModelOrder order = OrderModels(
      {{"a", {"c", "orders"}}, {"b", {}}, {"c", {"d", "b"}}, {"d", {"customers"}}});
  EXPECT_THAT(order.names, ElementsAre("b", "d", "c", "a"));
  EXPECT_THAT(order.cycles, IsEmpty());
}

TEST(ModelOrderTest, ACycleIsToldFromEachOfItsModels) {
  const ModelOrder order = OrderModels({{"a", {"b"}}, {"b", {"c"}}, {"c", {"a"}}});
  EXPECT_THAT(order.names, testing::UnorderedElementsAre("a", "b", "c"));
  EXPECT_THAT(order.cycles,
              ElementsAre(Pair("a", "a -> b -> c -> a"), Pair("b", "b -> c -> a -> b"),
                          Pair("c", "c -> a -> b -> c")));
}

TEST(ModelOrderTest, AModelThatReadsItselfIsACycle) {
  const ModelOrder order = OrderModels({{"a", {"a"}}, {"b", {"a"}}});
  EXPECT_THAT(order.cycles, ElementsAre(Pair("a", "a -> a")));
  EXPECT_THAT(order.names, ElementsAre("a", "b"));
}

}  // namespace
}  // namespace carmilla
