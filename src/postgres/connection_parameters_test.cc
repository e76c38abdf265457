#include "postgres/connection_parameters.h"

#include <cstdlib>

#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StrEq;

std::string ValueOf(const ConnectionParameters& parameters, std::string_view keyword) {
  const auto keywords = parameters.Keywords();
  for (size_t i = 0; keywords[i] != nullptr; ++i) {
    if (keywords[i] == keyword) return parameters.Values()[i];
  }
  return "";
}

TEST(ConnectionParametersTest, ReadsKeywordsAndUris) {
  ASSERT_OK_AND_ASSIGN(const auto keywords, ConnectionParameters::Parse(
                                                "host=h dbname='a b' password='p\\'w'"));
  EXPECT_EQ(ValueOf(keywords, "dbname"), "a b");
  EXPECT_EQ(ValueOf(keywords, "password"), "p'w");
  ASSERT_OK_AND_ASSIGN(
      const auto uri,
      ConnectionParameters::Parse("postgresql://u:p%40w@[::1]:5433/d?sslmode=require"));
  EXPECT_EQ(ValueOf(uri, "password"), "p@w");
  EXPECT_EQ(ValueOf(uri, "host"), "::1");
  EXPECT_EQ(ValueOf(uri, "sslmode"), "require");
  EXPECT_THAT(ConnectionParameters::Parse(""), IsOk());
  EXPECT_THAT(ConnectionParameters::Parse("postgres:///d?user=a@b&host=/tmp"), IsOk());
}

TEST(ConnectionParametersTest, DefaultsGiveWayToTheUser) {
  ASSERT_OK_AND_ASSIGN(auto parameters, ConnectionParameters::Parse("host=h port=5"));
  parameters.SetDefault("port", "6");
  parameters.SetDefault("user", "u");
  parameters.Set("host", "i");
  EXPECT_EQ(ValueOf(parameters, "port"), "5");
  EXPECT_THAT(parameters.Keywords(),
              ElementsAre(StrEq("host"), StrEq("port"), StrEq("user"), nullptr));
  EXPECT_THAT(parameters.Values(),
              ElementsAre(StrEq("i"), StrEq("5"), StrEq("u"), nullptr));
}

TEST(ConnectionParametersTest, ResolvesWhatLibpqWouldAdd) {
  setenv("PGPORT", "6543", 1);
  ASSERT_OK_AND_ASSIGN(auto given, ConnectionParameters::Parse("host=h.invalid user=u"));
  const ConnectionParameters resolved = given.Resolved();
  EXPECT_EQ(resolved.Get("port"), "6543");
  EXPECT_EQ(resolved.Get("host"), "h.invalid");
  EXPECT_EQ(resolved.Get("sslmode"), "prefer");
  EXPECT_EQ(given.Get("port"), "");
  unsetenv("PGPORT");
}

TEST(ConnectionParametersTest, ResolvingLeavesThePasswordFileAlone) {
  // libpq complains about a password file that is open to everybody.
  ASSERT_OK_AND_ASSIGN(
      const auto given,
      ConnectionParameters::Parse(
          "host=h.invalid passfile=" + std::string(CARMILLA_SOURCE_DIR) + "/README.md"));
  ::testing::internal::CaptureStderr();
  static_cast<void>(given.Resolved());
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(ConnectionParametersTest, AMisspeltKeywordIsNotQuotedButTheOneThatWasMeantIs) {
  const auto parameters = ConnectionParameters::Parse("hosst=h password=s3cret");
  EXPECT_THAT(parameters, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(parameters.status(), StatusHintHas("did you mean `host`?"));
  EXPECT_THAT(RenderError(parameters.status()), Not(HasSubstr("hosst")));
  EXPECT_THAT(ConnectionParameters::Parse("postgresql://u@h/d?sslmod=require").status(),
              StatusHintHas("did you mean `sslmode`?"));
}

TEST(ConnectionParametersTest, MalformedStringsAreRefusedWithoutQuotingThem) {
  for (const std::string conninfo :
       {"postgres://u:s3cret/word@host/db", "postgres://u:word@s3cret@host/db",
        "postgres://u:s3cret/db", "postgres://u:100%s3cret@host/db",
        "password=a s3cret host=h", "password=a s3cret=b", "host=h port=s3cret", "s3cret",
        "postgres://u:p@host/db?s3cret=1", "postgres://u@[s3cret/db",
        "password='s3cret"}) {
    const auto parameters = ConnectionParameters::Parse(conninfo);
    ASSERT_THAT(parameters, HasKind(ErrorKind::kConfiguration)) << conninfo;
    EXPECT_THAT(RenderError(parameters.status()), Not(HasSubstr("s3cret")));
  }
}

}  // namespace
}  // namespace carmilla
