#include "core/suggest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace carmilla {
namespace {

std::vector<std::string> Keys() {
  return {"columns", "compression", "connections", "consistency", "where", "as"};
}

TEST(SuggestTest, FindsSlipsOfThePen) {
  EXPECT_EQ(Nearest("colums", Keys()), "columns");
  EXPECT_EQ(Nearest("Compresion", Keys()), "compression");
  EXPECT_EQ(Nearest("wehre", Keys()), "where");
  EXPECT_EQ(Nearest("consistancy", Keys()), "consistency");
}

TEST(SuggestTest, ASwapOfNeighboursIsOneSlip) { EXPECT_EQ(Nearest("sa", Keys()), "as"); }

TEST(SuggestTest, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(Nearest("threads", Keys()), std::nullopt);
  EXPECT_EQ(Nearest("x", Keys()), std::nullopt);
  EXPECT_EQ(Nearest("", Keys()), std::nullopt);
  EXPECT_EQ(Nearest("columns", {}), std::nullopt);
  EXPECT_EQ(Nearest(std::string(100'000, 'c'), Keys()), std::nullopt);
}

TEST(SuggestTest, OfEquallyNearOnesTakesTheFirst) {
  EXPECT_EQ(Nearest("tabl", std::vector<std::string>{"table", "tably"}), "table");
}

TEST(SuggestTest, OfEquallyNearOnesPrefersTheSameCase) {
  const std::vector<std::string> both = {"public.Orders", "public.orders"};
  EXPECT_EQ(Nearest("publc.orders", both), "public.orders");
  EXPECT_EQ(Nearest("publc.Orders", both), "public.Orders");
  EXPECT_EQ(Nearest("public.ordrs",
                    std::vector<std::string>{"public.orderly", "PUBLIC.ORDERS"}),
            "PUBLIC.ORDERS");
}

TEST(SuggestTest, CompletesAWordOfWhichOnlyOneBegins) {
  const std::vector<std::string> flags = {"--compression", "--config", "--limit"};
  EXPECT_EQ(Nearest("--lim", flags), "--limit");
  EXPECT_EQ(Nearest("--CONF", flags), "--config");
  EXPECT_EQ(Nearest("--co", flags), std::nullopt);
  EXPECT_EQ(Nearest("--", flags), std::nullopt);
}

TEST(SuggestTest, RendersAQuestionOrNothing) {
  EXPECT_EQ(DidYouMean("colums", Keys()), "did you mean \"columns\"?");
  EXPECT_EQ(DidYouMean("threads", Keys()), "");
}

}  // namespace
}  // namespace carmilla
