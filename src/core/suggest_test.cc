#include "core/suggest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace carmilla {
namespace {

const std::vector<std::string> kKeys{"columns",     "compression", "connections",
                                     "consistency", "where",       "as"};

TEST(SuggestTest, FindsSlipsOfThePen) {
  EXPECT_EQ(Nearest("colums", kKeys), "columns");
  EXPECT_EQ(Nearest("Compresion", kKeys), "compression");
  EXPECT_EQ(Nearest("wehre", kKeys), "where");
  EXPECT_EQ(Nearest("consistancy", kKeys), "consistency");
}

TEST(SuggestTest, ASwapOfNeighboursIsOneSlip) { EXPECT_EQ(Nearest("sa", kKeys), "as"); }

TEST(SuggestTest, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(Nearest("threads", kKeys), std::nullopt);
  EXPECT_EQ(Nearest("x", kKeys), std::nullopt);
  EXPECT_EQ(Nearest("", kKeys), std::nullopt);
  EXPECT_EQ(Nearest("columns", {}), std::nullopt);
  EXPECT_EQ(Nearest(std::string(100'000, 'c'), kKeys), std::nullopt);
}

TEST(SuggestTest, OfEquallyNearOnesTakesTheFirst) {
  EXPECT_EQ(Nearest("tabl", std::vector<std::string>{"table", "tably"}), "table");
}

TEST(SuggestTest, RendersAQuestionOrNothing) {
  EXPECT_EQ(DidYouMean("colums", kKeys), "did you mean \"columns\"?");
  EXPECT_EQ(DidYouMean("threads", kKeys), "");
}

}  // namespace
}  // namespace carmilla
