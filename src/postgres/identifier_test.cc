#include "postgres/identifier.h"

#include "testing/matchers.h"

namespace carmilla {
namespace {

using std::string_literals::operator""s;

TEST(IdentifierTest, AlwaysQuotesAndDoublesQuotes) {
  EXPECT_THAT(QuoteIdentifier("orders"), IsOkAndHolds("\"orders\""s));
  EXPECT_THAT(QuoteIdentifier("Order \"2\"\n\\'"),
              IsOkAndHolds("\"Order \"\"2\"\"\n\\'\""s));
  EXPECT_THAT(QuoteRelation({"a.b", "c"}), IsOkAndHolds("\"a.b\".\"c\""s));
}

TEST(IdentifierTest, RefusesImpossibleNames) {
  EXPECT_THAT(QuoteIdentifier(""), HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(QuoteIdentifier("a\0b"s), HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(QuoteIdentifier("\xC3\x28"), HasKind(ErrorKind::kConfiguration));
  // A lead byte that would swallow the closing quote.
  EXPECT_THAT(QuoteIdentifier("a\xC3"), HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(QuoteRelation({"", "c"}), HasKind(ErrorKind::kConfiguration));
}

TEST(IdentifierTest, RefusesNamesThatTheServerWouldCut) {
  EXPECT_THAT(QuoteIdentifier(std::string(63, 'x')), IsOk());
  EXPECT_THAT(QuoteIdentifier(std::string(64, 'x')), HasKind(ErrorKind::kConfiguration));
}

TEST(IdentifierTest, DoublesApostrophesOfConstants) {
  EXPECT_THAT(QuoteLiteral("it's \\ \"x\""), IsOkAndHolds("'it''s \\ \"x\"'"s));
  EXPECT_THAT(QuoteLiteral(""), IsOkAndHolds("''"s));
  EXPECT_THAT(QuoteLiteral("\xFF"), HasKind(ErrorKind::kConfiguration));
}

}  // namespace
}  // namespace carmilla
