#include <set>

#include "postgres/catalog_fixture.h"
#include "postgres/identifier.h"

namespace carmilla {
namespace {

using ::testing::SizeIs;

/// Names and constants through the real server and back.
class IdentifierRoundTripTest : public CatalogTest {};

TEST_F(IdentifierRoundTripTest, HostileNamesSurviveTheRoundTrip) {
  std::vector<std::string> names = {"a\"b",
                                    "Up per",
                                    "new\nline",
                                    "tab\t",
                                    "it's",
                                    "back\\slash",
                                    "; DROP TABLE canary; --",
                                    "%s%n",
                                    "a.b",
                                    "a/b",
                                    "..",
                                    "=",
                                    "$1",
                                    "{}",
                                    "{\"x\",y}",
                                    "NULL",
                                    "select",
                                    "ärger",
                                    "日本語",
                                    "\xE2\x80\xAEltr",
                                    "\x1B[31mred",
                                    "\x01",
                                    "\x7F",
                                    "\xC2\x9B[1mbold\\",
                                    "a,b",
                                    "(",
                                    "\"",
                                    "\"\"",
                                    "'",
                                    " ",
                                    "U&\"",
                                    std::string(63, 'x'),
                                    "e\xCC\x81",
                                    "\xF0\x9F\xA6\x87"};
  for (int i = 0; i < 200; ++i) {
    // Deterministic noise over quotes, spaces and letters.
    std::string name;
    for (int j = 0; j <= i % 20; ++j) name += "\"'\\;ab -$\n.,{}"[(i * 31 + j * 17) % 14];
    names.push_back(name);
  }
  const std::set<std::string> unique(names.begin(), names.end());
  database_.Exec("CREATE TABLE canary (i int)");
  std::vector<RelationName> relations;
  for (const std::string& name : unique) {
    ASSERT_OK_AND_ASSIGN(const std::string quoted, QuoteIdentifier(name));
    std::string create = "CREATE TABLE public.";
    database_.Exec(create.append(quoted).append(" (").append(quoted).append(" int)"));
    relations.push_back({.schema = "public", .name = name});
  }
  ASSERT_OK_AND_ASSIGN(const auto tables, DescribeTables(*session(), relations));
  for (size_t i = 0; i < relations.size(); ++i) {
    EXPECT_EQ(tables[i].name, relations[i]);
    ASSERT_THAT(tables[i].columns, SizeIs(1));
    EXPECT_EQ(tables[i].columns[0].name, relations[i].name);
    ASSERT_OK_AND_ASSIGN(const std::string quoted, QuoteRelation(relations[i]));
    ASSERT_OK_AND_ASSIGN(const std::string column, QuoteIdentifier(relations[i].name));
    std::string select = "SELECT ";
    EXPECT_OK(
        session()->Query(select.append(column).append(" FROM ONLY ").append(quoted)));
    ASSERT_OK_AND_ASSIGN(const std::string shown, PrintableRelation(relations[i]));
    EXPECT_OK(session()->Query("SELECT FROM ONLY " + shown));
  }
  EXPECT_EQ(database_.Query("SELECT count(*) FROM canary"), "0");
}

TEST_F(IdentifierRoundTripTest, HostileConstantsSurviveTheRoundTrip) {
  for (const std::string text :
       {"it's", "\\", "\\'", "''", "a\nb", "$$", "ä\x01\x7F", "\"", ""}) {
    ASSERT_OK_AND_ASSIGN(const std::string literal, QuoteLiteral(text));
    EXPECT_EQ(ValueOf(*session(), "SELECT " + literal), text);
    const std::string elements[] = {text, "x"};
    const std::string array = ArrayText(elements);
    ASSERT_OK_AND_ASSIGN(const QueryRows rows,
                         session()->Query("SELECT ($1::text[])[1]", {&array, 1}));
    EXPECT_EQ(rows.At(0, 0), text);
  }
}

}  // namespace
}  // namespace carmilla
