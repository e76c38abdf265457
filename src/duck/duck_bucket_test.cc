#include "duck/duck_bucket.h"

#include <cstdlib>

#include "core/error.h"
#include "duck/lake_fixture.h"

namespace carmilla {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// An engine over a lake in a bucket whose server is not there.
class DuckBucketTest : public LakeFixture {
 protected:
  DuckBucketTest() {
    // The extension takes what the environment has for settings of its own.
    for (const char* name :
         {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
      setenv(name, "canary-of-the-environment", /*overwrite=*/1);
    }
    Open({{.name = "numbers",
           .files = {"s3://lake/raw/numbers/part-00000.parquet"},
           .schema = arrow::schema({arrow::field("i", arrow::int64())})}},
         {.bucket = DuckBucket{.scope = "s3://lake/raw/",
                               .endpoint = "https://127.0.0.1:1",
                               .region = "eu-west-1",
                               .is_path_style = true,
                               .proxy = "http://127.0.0.1:1",
                               .access_key_id = "AKIAKEY",
                               .secret_access_key = Secret("canary'secret"),
                               .session_token = Secret("canary-token")}});
  }
};

TEST_F(DuckBucketTest, SaysThatTheServerIsNotThere) {
  const arrow::Status status = StatusOf("FROM numbers");
  EXPECT_THAT(status, HasKind(ErrorKind::kUnavailable));
  EXPECT_THAT(RenderError(status),
              AllOf(HasSubstr("opening table numbers"), Not(HasSubstr("canary"))));
}

TEST_F(DuckBucketTest, NeverShowsAKey) {
  for (const char* name :
       {"s3_access_key_id", "s3_secret_access_key", "s3_session_token"}) {
    const std::string sql = "SELECT current_setting('" + std::string(name) + "')";
    EXPECT_THAT(Rows(sql), Not(HasSubstr("canary"))) << sql;
  }
  const std::string secrets = Rows("FROM duckdb_secrets()");
  EXPECT_THAT(secrets, AllOf(HasSubstr("s3://lake/raw/"), Not(HasSubstr("canary"))));
  EXPECT_THAT(Rows("SELECT value FROM duckdb_settings()"), Not(HasSubstr("canary")));
  for (const char* sql : {"FROM duckdb_secrets(redact => false)",
                          "SELECT getvariable('x'), "
                          "current_setting('s3_secret_access_key')"}) {
    const auto result = Execute(sql);
    if (result.ok()) {
      EXPECT_THAT(Rows(sql), Not(HasSubstr("canary"))) << sql;
    }
  }
}

TEST_F(DuckBucketTest, ReadsNothingElse) {
  for (const char* sql :
       {"FROM 's3://lake/raw/other.parquet'", "FROM 's3://lake/raw/*/*.parquet'",
        "FROM 's3://other/x.parquet'", "FROM read_text('https://127.0.0.1:1/')",
        "FROM read_text('http://127.0.0.1:1/')", "FROM read_text('/etc/hostname')",
        "FROM 'hf://datasets/x/y.parquet'"}) {
    EXPECT_THAT(StatusOf(sql), HasKind(ErrorKind::kQuery)) << sql;
  }
  for (const char* sql :
       {"COPY (SELECT 1) TO 's3://lake/raw/x.parquet'", "CREATE SECRET x (TYPE s3)",
        "DROP SECRET carmilla_lake", "SET s3_region = 'x'"}) {
    EXPECT_THAT(StatusOf(sql), HasKind(ErrorKind::kQuery)) << sql;
  }
}

TEST(BucketErrorTest, TellsRefusedFromMissingFromAway) {
  EXPECT_THAT(BucketError("x", "HTTP Error: ... (HTTP 404 Not Found)"),
              HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(BucketError("x", "HTTP Error: HTTP GET error on 'x' (HTTP 403)"),
              HasKind(ErrorKind::kPermission));
  EXPECT_THAT(BucketError("x",
                          "IO Error: SSL server verification failed error for HTTP "
                          "HEAD to 'x'"),
              HasKind(ErrorKind::kUnavailable));
  EXPECT_OK(BucketError("x", "IO Error: No such file"));
}

}  // namespace
}  // namespace carmilla
