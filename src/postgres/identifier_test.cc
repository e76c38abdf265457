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

TEST(IdentifierTest, PrintsControlCharactersAsEscapesThatTerminalsDoNotObey) {
  EXPECT_THAT(PrintableIdentifier("\x1B[2J"), IsOkAndHolds("U&\"\\001B[2J\""s));
  EXPECT_THAT(PrintableIdentifier("a\n\"b\"\\c"),
              IsOkAndHolds("U&\"a\\000A\"\"b\"\"\\\\c\""s));
  EXPECT_THAT(PrintableIdentifier("\x7F\xC2\x9Bü"), IsOkAndHolds("U&\"\\007F\\009Bü\""s));
  EXPECT_THAT(PrintableIdentifier("a\\b"), IsOkAndHolds("\"a\\b\""s));
  EXPECT_THAT(PrintableRelation({"a\tb", "c"}), IsOkAndHolds("U&\"a\\0009b\".\"c\""s));
  EXPECT_THAT(PrintableIdentifier("a\xC2"), HasKind(ErrorKind::kConfiguration));
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
