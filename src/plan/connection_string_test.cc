#include "plan/connection_string.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace carmilla {
namespace {

using enum ConnectionStringForm;

TEST(ConnectionStringTest, FindsSecretsInEverySpelling) {
  struct Case {
    std::string text;
    ConnectionStringForm form;
  };
  const std::vector<Case> cases = {
      {"", kUsable},
      {"service=app", kUsable},
      {"host=h port=5432 dbname=d user=u sslmode=require", kUsable},
      {"host = h  dbname\t=\td", kUsable},
      {"host=/run/postgresql dbname='a b' user=o\\'neil", kUsable},
      {"passfile=/home/u/.pgpass", kUsable},
      {"password=", kUsable},
      {"password=''", kUsable},
      {"application_name='password=x'", kUsable},
      {"password=x", kUsableWithSecret},
      {"host=h password = 'x y'", kUsableWithSecret},
      {"PASSWORD=x", kUsableWithSecret},
      {"sslpassword=x", kUsableWithSecret},
      {"dbname=postgres://u:p@h/d", kUsableWithSecret},
      {"dbname='postgresql://h/d?password=x'", kUsableWithSecret},
      {"mydb", kMalformed},
      {"host=h mydb", kMalformed},
      {"=x", kMalformed},
      {"host='h", kMalformed},
      {"postgresql://", kUsable},
      {"postgresql://h", kUsable},
      {"postgresql://u@h:5432/db", kUsable},
      {"postgresql://u:@h/db", kUsable},
      {"postgresql://h:5432,h2:5433/db?target_session_attrs=any", kUsable},
      {"postgresql://[2001:db8::1]:5432/db", kUsable},
      {"postgresql://u@[2001:db8::1]/db", kUsable},
      {"postgresql://%2Frun%2Fpostgresql/db", kUsable},
      {"postgresql://h:5432/db?user=a@b", kUsable},
      {"postgresql://h/db?user=a@b", kUsable},
      {"postgresql://u:p@h/db", kUsableWithSecret},
      {"postgres://u:p@h/db", kUsableWithSecret},
      {"postgres://u:%70@h/db", kUsableWithSecret},
      {"postgres://u:p/w@h/db", kUsableWithSecret},
      {"postgres://u:p?w@h/db", kUsableWithSecret},
      {"postgres://u:p@ss@h/db", kUsableWithSecret},
      {"postgres://:p@h/db", kUsableWithSecret},
      {"postgres://h/db?password=x", kUsableWithSecret},
      {"postgres://h/db?sslmode=require&password=x", kUsableWithSecret},
      {"postgres://h/db?pass%77ord=x", kUsableWithSecret},
      {"postgres://h/db?PassWord=x", kUsableWithSecret},
      {"postgres://h/db?sslmode", kMalformed},
      {"postgres://h/db%zz", kMalformed},
      {"postgres://h/db?a=%0", kMalformed},
      {"mysql://h/db", kMalformed},
      {"http://h/db", kMalformed},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(static_cast<int>(ClassifyConnectionString(one.text)),
              static_cast<int>(one.form))
        << one.text;
  }
}

}  // namespace
}  // namespace carmilla
