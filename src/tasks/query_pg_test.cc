#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carmilla/internal/query_parameter.h"
#include "engine/query_parameter.h"
#include "testing/matchers.h"
#include "testing/test_database.h"

namespace carmilla {

enum class Mood { kSad, kHappy };
template <>
struct EnumLabels<Mood> {
  static constexpr std::array<std::string_view, 2> kLabels{"sad", "it's \"happy\""};
};

namespace {

using testing::ElementsAre;

/// PostgreSQL is the judge of what a value becomes.
class QueryPgTest : public testing::Test {
 protected:
  /// The rows of `sql`, in which the values stand as constants.
  template <typename... Values>
  std::vector<std::vector<std::string>> Rows(std::string_view sql,
                                             const Values&... values) {
    std::vector<QueryParameter> parameters;
    for (internal::QueryParameter& one :
         std::vector<internal::QueryParameter>{internal::MakeParameter(values)...}) {
      parameters.push_back({one.type, one.is_array, one.is_null, one.values});
    }
    return database_.QueryRows(WriteParameters(sql, parameters).ValueOrDie());
  }

  template <typename Value>
  std::vector<std::string> TypeAndValue(const Value& value) {
    return Rows("SELECT pg_typeof($1), $1", value).front();
  }

  TestDatabase database_;
};

TEST_F(QueryPgTest, AValueHasTheTypeOfItsCppType) {
  EXPECT_THAT(TypeAndValue(true), ElementsAre("boolean", "t"));
  EXPECT_THAT(TypeAndValue(int16_t{-3}), ElementsAre("smallint", "-3"));
  EXPECT_THAT(TypeAndValue(7), ElementsAre("integer", "7"));
  EXPECT_THAT(TypeAndValue(7U), ElementsAre("bigint", "7"));
  EXPECT_THAT(TypeAndValue(INT64_MIN), ElementsAre("bigint", "-9223372036854775808"));
  EXPECT_THAT(TypeAndValue(UINT64_MAX), ElementsAre("numeric", "18446744073709551615"));
  EXPECT_THAT(TypeAndValue(0.1), ElementsAre("double precision", "0.1"));
  EXPECT_THAT(TypeAndValue(1.5F), ElementsAre("real", "1.5"));
  EXPECT_THAT(TypeAndValue(Decimal<10, 2>::FromUnscaled(-1250)),
              ElementsAre("numeric", "-12.50"));
  const auto day = Date::Parse("2024-02-29").ValueOrDie();
  EXPECT_THAT(TypeAndValue(day), ElementsAre("date", "2024-02-29"));
  EXPECT_THAT(TypeAndValue(Time::FromMicros(3'600'000'001)),
              ElementsAre("time without time zone", "01:00:00.000001"));
  EXPECT_THAT(TypeAndValue(Timestamp::Parse("2024-02-29 12:00:00").ValueOrDie()),
              ElementsAre("timestamp without time zone", "2024-02-29 12:00:00"));
  EXPECT_THAT(Rows("SELECT pg_typeof($1), $1 AT TIME ZONE 'UTC'",
                   TimestampTz::Parse("2024-02-29 12:00:00+02").ValueOrDie())
                  .front(),
              ElementsAre("timestamp with time zone", "2024-02-29 10:00:00"));
  EXPECT_THAT(TypeAndValue(Interval{.months = 14, .days = 3, .micros = 0}),
              ElementsAre("interval", "1 year 2 mons 3 days"));
  const auto id = Uuid::Parse("0123456789abcdef0123456789abcdef").ValueOrDie();
  EXPECT_THAT(TypeAndValue(id),
              ElementsAre("uuid", "01234567-89ab-cdef-0123-456789abcdef"));
  EXPECT_THAT(TypeAndValue(Bytes(std::string_view("\0'\\", 3))),
              ElementsAre("bytea", "\\x00275c"));
}

TEST_F(QueryPgTest, ATextIsWhatItStandsBeside) {
  database_.Exec(
      "CREATE TYPE mood AS ENUM ('sad', 'it''s \"happy\"');"
      "CREATE TABLE t (mood mood, name varchar(20), doc jsonb, id uuid);"
      "INSERT INTO t VALUES ('it''s \"happy\"', 'O''Neil \\ $1', '{\"a\": 1}',"
      " '01234567-89ab-cdef-0123-456789abcdef')");
  EXPECT_EQ(Rows("SELECT 1 FROM t WHERE mood = $1", Mood::kHappy).size(), 1U);
  EXPECT_EQ(
      Rows("SELECT 1 FROM t WHERE mood = any($1)", std::vector{Mood::kHappy}).size(), 1U);
  const std::string name = "O'Neil \\ $1";
  EXPECT_EQ(Rows("SELECT 1 FROM t WHERE name = $1", name).size(), 1U);
  EXPECT_EQ(Rows("SELECT 1 FROM t WHERE name = $1", std::optional(name)).size(), 1U);
  EXPECT_EQ(Rows("SELECT 1 FROM t WHERE id = $1", "01234567-89ab-cdef-0123-456789abcdef")
                .size(),
            1U);
  EXPECT_EQ(Rows("SELECT 1 FROM t WHERE doc @> $1", Json(R"({"a": 1})")).size(), 1U);
}

TEST_F(QueryPgTest, NothingIsNull) {
  EXPECT_THAT(Rows("SELECT $1 IS NULL, pg_typeof($1)", std::optional<Date>()).front(),
              ElementsAre("t", "date"));
  EXPECT_THAT(Rows("SELECT $1 IS NULL", std::nullopt).front(), ElementsAre("t"));
  EXPECT_THAT(Rows("SELECT $1 IS NULL", std::optional<const char*>()).front(),
              ElementsAre("t"));
  EXPECT_THAT(
      Rows("SELECT pg_typeof($1), $1 IS NULL", std::optional<std::vector<int64_t>>())
          .front(),
      ElementsAre("bigint[]", "t"));
}

TEST_F(QueryPgTest, AVectorIsAnArray) {
  EXPECT_THAT(TypeAndValue(std::vector<int64_t>{1, 2}), ElementsAre("bigint[]", "{1,2}"));
  EXPECT_THAT(TypeAndValue(std::vector<int32_t>{}), ElementsAre("integer[]", "{}"));
  EXPECT_THAT(TypeAndValue(std::vector<bool>{true, false}),
              ElementsAre("boolean[]", "{t,f}"));
  EXPECT_THAT(TypeAndValue(std::vector<std::optional<double>>{1.5, {}}),
              ElementsAre("double precision[]", "{1.5,NULL}"));
  const std::vector<std::string> texts = {"a'b", "c\"d\\", "NULL",
                                          "",    "{e,f}",  "\xC3\xA4"};
  std::vector<std::string> read;
  for (const auto& row : Rows("SELECT unnest($1::text[])", texts)) read.push_back(row[0]);
  EXPECT_EQ(read, texts);
  EXPECT_THAT(Rows("SELECT $1[2]", std::vector<int64_t>{5, 6}).front(), ElementsAre("6"));
}

TEST_F(QueryPgTest, ATextByItsPointerIsAText) {
  EXPECT_THAT(Rows("SELECT $1::text[]", std::vector{"a", "b"}).front(),
              ElementsAre("{a,b}"));
  EXPECT_THAT(Rows("SELECT $1::text[]", std::array{"x"}).front(), ElementsAre("{x}"));
  EXPECT_THAT(Rows("SELECT $1::text", std::optional<const char*>("a")).front(),
              ElementsAre("a"));
}

TEST_F(QueryPgTest, ConstantsStandWhereParametersMay) {
  EXPECT_THAT(Rows("SELECT -$1, $1::text, $2||$2, 3-$1", 5, "a").front(),
              ElementsAre("-5", "5", "aa", "-2"));
  EXPECT_EQ(
      Rows("SELECT generate_series(1, $1) ORDER BY 1 LIMIT $2 OFFSET $2", 9, 2).size(),
      2U);
  EXPECT_EQ(Rows("SELECT 1 WHERE 5 IN ($1, $2)", 4, 5).size(), 1U);
}

}  // namespace
}  // namespace carmilla
