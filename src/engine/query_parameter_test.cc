#include "engine/query_parameter.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

QueryParameter Number(const char* value) { return {.type = "bigint", .values = {value}}; }

std::string Written(std::string_view sql, const std::vector<QueryParameter>& parameters) {
  return WriteParameters(sql, parameters).ValueOrDie();
}

TEST(QueryParameterTest, ValuesBecomeQuotedConstantsOfTheirTypes) {
  EXPECT_EQ(
      Written("SELECT $1, -$2 AS b", {{.type = "", .values = {"it's"}}, Number("5")}),
      "SELECT ('it''s'), -('5'::bigint) AS b");
  EXPECT_EQ(Written("$1 $2", {{.type = "date", .is_null = true}, {.is_null = true}}),
            "(NULL::date) (NULL)");
}

TEST(QueryParameterTest, AVectorIsOneArray) {
  EXPECT_EQ(Written("id = any($1)",
                    {{.type = "bigint", .is_array = true, .values = {"1", {}, "3"}}}),
            R"(id = any(('{"1",NULL,"3"}'::bigint[])))");
  EXPECT_EQ(Written("$1", {{.is_array = true, .values = {R"(a"b\,}')", "NULL"}}}),
            R"(('{"a\"b\\,}''","NULL"}'))");
  EXPECT_EQ(Written("$1", {{.type = "text", .is_array = true}}), "('{}'::text[])");
}

TEST(QueryParameterTest, OneMayStandTwiceAndTwoBesideEachOther) {
  EXPECT_EQ(Written("$1$2+$1", {Number("1"), Number("2")}),
            "('1'::bigint)('2'::bigint)+('1'::bigint)");
  std::vector<QueryParameter> many;
  std::string sql;
  for (int i = 1; i <= 11; ++i) {
    many.push_back(Number(std::to_string(i).c_str()));
    sql += "$" + std::to_string(i) + " ";
  }
  EXPECT_TRUE(Written(sql, many).ends_with("('10'::bigint) ('11'::bigint) "));
}

TEST(QueryParameterTest, WhatIsNoParameterIsLeftAlone) {
  for (const char* sql :
       {"'$1'", "E'\\' $1'", "\"$1\"", "$$ $1 $$", "$a$ $1 $$ $a$", "-- $1\n", "/* $1 */",
        "/* /* */ $1 */", "a$1", "a_$1$2", "\xC3\xA4$1", "$", "$a", "' $1"}) {
    EXPECT_EQ(Written(sql, {}), sql);
    EXPECT_THAT(WriteParameters(sql, std::vector{Number("1")}), HasKind(ErrorKind::kTask))
        << sql;
  }
}

TEST(QueryParameterTest, AValueIsNeverTakenForSql) {
  EXPECT_EQ(Written("SELECT $1, $2", {{.values = {"$2"}}, {.values = {"'; DROP--"}}}),
            "SELECT ('$2'), ('''; DROP--')");
}

TEST(QueryParameterTest, TheNumberOfValuesMustMatch) {
  const auto status = WriteParameters("SELECT $1, $3", std::vector{Number("8765")});
  EXPECT_THAT(status, HasKind(ErrorKind::kTask));
  EXPECT_THAT(status.status(), StatusMessageHas("it has $3 and was given 1 value"));
  EXPECT_THAT(status.status(), testing::Not(StatusMessageHas("8765")));
  EXPECT_THAT(WriteParameters("SELECT $1", {}).status(),
              StatusMessageHas("it has $1 and was given no value"));
  EXPECT_THAT(
      WriteParameters("SELECT $2", std::vector{Number("1"), Number("2")}).status(),
      StatusMessageHas("does not name: $1"));
  for (const char* sql : {"$0", "$99999999999999999999"}) {
    EXPECT_THAT(WriteParameters(sql, {}), HasKind(ErrorKind::kTask)) << sql;
  }
}

TEST(QueryParameterTest, WhatCannotBeSentIsRefused) {
  for (const bool is_array : {false, true}) {
    for (const std::string& value :
         {std::string("\xFF secret"), std::string("secret\0", 7)}) {
      const std::vector<QueryParameter> parameters = {
          Number("1"), {.type = "", .is_array = is_array, .values = {value}}};
      const auto written = WriteParameters("SELECT $1, $2", parameters);
      EXPECT_THAT(written, HasKind(ErrorKind::kTask));
      EXPECT_THAT(written.status(), StatusMessageHas("the value of $2"));
      EXPECT_THAT(written.status(), testing::Not(StatusMessageHas("secret")));
    }
  }
}

}  // namespace
}  // namespace carmilla
