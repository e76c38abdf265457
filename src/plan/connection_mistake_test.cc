#include "plan/connection_mistake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace carmilla {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Case {
  std::string text;
  std::string problem;
};

TEST(ConnectionMistakeTest, RecognisesTheFormsOfOtherToolsWithoutRepeatingThem) {
  for (const Case& c : std::initializer_list<Case>{
           {"postgresql+psycopg2://u:s3cret@h/d", "driver of Python"},
           {"postgresql+asyncpg://u:s3cret@h/d?ssl=require", "driver of Python"},
           {"postgres+psycopg://u:s3cret@h/d", "driver of Python"},
           {"jdbc:postgresql://h/d?user=u&password=s3cret", "JDBC"},
           {"JDBC:postgresql://u:s3cret@h/d", "JDBC"},
           {"POSTGRESQL://u:s3cret@h/d", "upper-case"},
           {"mysql://u:s3cret@h/d", "not the URL of a PostgreSQL"},
           {"https://u:s3cret@h/d", "not the URL of a PostgreSQL"},
           {"psql postgresql://u:s3cret@h/d", "command for psql"},
           {"psql 'postgresql://u:s3cret@h/d'", "command for psql"},
           {"DATABASE_URL=postgres://u:s3cret@h/d", "name of a variable"},
           {"\"postgres://u:s3cret@h/d\"", "in quotes"},
           {"'host=h password=s3cret'", "in quotes"},
           {" postgres://u:s3cret@h/d", "white space"},
           {"postgres://u:s3cret@h/d\n", "white space"},
           {"postgres://u:s3cret@word@h/d", "an @ or a /"},
           {"postgres://u:s3cret/word@h/d", "an @ or a /"},
           {"postgres://u:1/s3cret@h/d", "an @ or a /"},
           {"postgres://u:s3cret@h/d@e", "an @ or a /"},
           {"postgres://u:100%s3cret@h/d", "a %"},
           {"postgres://u:s3cret%@h/d", "a %"},
           {"postgres://u:s3cret/d", "where the port stands"},
           {"postgres://u@h:s3cret/d", "where the port stands"},
       }) {
    const auto mistake = FindConnectionMistake(c.text, /*with_password=*/true);
    ASSERT_TRUE(mistake.has_value()) << c.text;
    EXPECT_THAT(mistake->problem, HasSubstr(c.problem)) << c.text;
    EXPECT_THAT(mistake->hint, StartsWith("write ")) << c.text;
    EXPECT_THAT(mistake->problem + mistake->hint, Not(HasSubstr("s3cret"))) << c.text;
  }
}

TEST(ConnectionMistakeTest, ShowsTheRightFormWithAPasswordOnlyWhereOneMayStand) {
  const std::string text = "postgresql+psycopg2://u@h/d";
  EXPECT_THAT(FindConnectionMistake(text, /*with_password=*/true)->hint,
              HasSubstr("postgresql://USER:PASSWORD@HOST:5432/DATABASE"));
  EXPECT_THAT(FindConnectionMistake(text, /*with_password=*/false)->hint,
              HasSubstr("postgresql://USER@HOST:5432/DATABASE"));
}

TEST(ConnectionMistakeTest, TellsHowToWriteAHash) {
  // Cut at the # of its password, as shells and files of variables do.
  for (const char* text : {"postgres://u:s3cret", "postgres://u:p@w#x@h/d"}) {
    const auto mistake = FindConnectionMistake(text, /*with_password=*/true);
    ASSERT_TRUE(mistake.has_value()) << text;
    EXPECT_THAT(mistake->hint, HasSubstr("# as %23")) << text;
  }
}

TEST(ConnectionMistakeTest, LeavesAloneWhatLibpqReads) {
  for (const char* text :
       {"", " ", "host=h user=u", "host=h application_name=a://b", "service=app",
        "postgresql://", "postgresql://h", "postgres://u@h:5432/d", "postgres://u:@h:/d",
        "postgres://u:p%40w@[::1]:5433/d", "postgres://[2001:db8::1]/d",
        "postgres://u:p?w@h/d", "postgres://u:p#w@h/d", "postgres://u:p:w@h/d",
        "postgres://h:1,i:2/d", "postgres://%2Frun%2Fpostgresql/d",
        "postgres://h:5432/d?user=a@b", "postgres:///d?host=/tmp&user=a@b"}) {
    EXPECT_FALSE(FindConnectionMistake(text, /*with_password=*/true).has_value()) << text;
  }
}

}  // namespace
}  // namespace carmilla
