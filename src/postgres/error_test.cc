#include "postgres/error.h"

#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ServerErrorTest, MapsEverySqlStateToItsKind) {
  struct Case {
    std::string_view sqlstate;
    ErrorKind kind;
  };
  for (const Case& c : std::initializer_list<Case>{{"08001", ErrorKind::kUnavailable},
                                                   {"08P01", ErrorKind::kConnectionLost},
                                                   {"0A000", ErrorKind::kQuery},
                                                   {"22021", ErrorKind::kData},
                                                   {"22012", ErrorKind::kData},
                                                   {"25006", ErrorKind::kQuery},
                                                   {"25P03", ErrorKind::kServerCancelled},
                                                   {"25P04", ErrorKind::kTimeout},
                                                   {"28P01", ErrorKind::kAuthentication},
                                                   {"28000", ErrorKind::kAuthentication},
                                                   {"3D000", ErrorKind::kConfiguration},
                                                   {"3F000", ErrorKind::kUnknownRelation},
                                                   {"40001", ErrorKind::kServerCancelled},
                                                   {"40P01", ErrorKind::kLockTimeout},
                                                   {"42501", ErrorKind::kPermission},
                                                   {"42601", ErrorKind::kQuery},
                                                   {"42703", ErrorKind::kUnknownRelation},
                                                   {"42P01", ErrorKind::kUnknownRelation},
                                                   {"53100", ErrorKind::kUnavailable},
                                                   {"53300", ErrorKind::kUnavailable},
                                                   {"54000", ErrorKind::kRowTooLarge},
                                                   {"54001", ErrorKind::kQuery},
                                                   {"55000", ErrorKind::kData},
                                                   {"55P03", ErrorKind::kLockTimeout},
                                                   {"57014", ErrorKind::kServerCancelled},
                                                   {"57P01", ErrorKind::kServerCancelled},
                                                   {"57P02", ErrorKind::kServerCancelled},
                                                   {"57P03", ErrorKind::kUnavailable},
                                                   {"58P01", ErrorKind::kCorruptData},
                                                   {"72000", ErrorKind::kSnapshotLost},
                                                   {"P0001", ErrorKind::kQuery},
                                                   {"XX000", ErrorKind::kQuery},
                                                   {"XX001", ErrorKind::kCorruptData},
                                                   {"ZZ999", ErrorKind::kQuery}}) {
    EXPECT_THAT(
        TranslateReport({.sqlstate = c.sqlstate, .message = "m"}, "reading public.t"),
        HasKind(c.kind))
        << c.sqlstate;
  }
}

TEST(ServerErrorTest, SaysWhatWasDoneTheCauseAndTheCure) {
  const arrow::Status status = TranslateReport(
      {.sqlstate = "42P01", .message = "relation \"a.b\" does not exist"}, "reading a.b");
  EXPECT_EQ(status.message(), "reading a.b: relation \"a.b\" does not exist");
  EXPECT_THAT(status, StatusHintHas("schema"));
}

TEST(ServerErrorTest, TellsTimeoutFromCancellation) {
  EXPECT_THAT(TranslateReport({.sqlstate = "57014",
                               .message = "canceling statement due to statement timeout"},
                              "x"),
              HasKind(ErrorKind::kTimeout));
  EXPECT_THAT(TranslateReport({.sqlstate = "57014",
                               .message = "canceling statement due to user request"},
                              "x"),
              HasKind(ErrorKind::kServerCancelled));
}

TEST(ServerErrorTest, TellsRowSecurityFromMissingRightsInAnyLanguage) {
  EXPECT_THAT(
      TranslateReport(
          {.sqlstate = "42501", .message = "Abfrage ...", .function = "check_enable_rls"},
          "x"),
      HasKind(ErrorKind::kRowSecurity));
  EXPECT_THAT(TranslateReport({.sqlstate = "42501",
                               .message = "permission denied for table t",
                               .function = "aclcheck_error"},
                              "x"),
              HasKind(ErrorKind::kPermission));
}

TEST(ServerErrorTest, NamesTheReplicaSettings) {
  EXPECT_THAT(TranslateReport({.sqlstate = "40001",
                               .message = "canceling statement due to "
                                          "conflict with recovery"},
                              "x"),
              StatusHintHas("max_standby_streaming_delay"));
}

TEST(ServerErrorTest, KnowsRowsThatTheServerCannotBuild) {
  EXPECT_THAT(TranslateReport({.sqlstate = "XX000",
                               .message = "invalid memory alloc request size 1073741824"},
                              "x"),
              HasKind(ErrorKind::kRowTooLarge));
}

TEST(ServerErrorTest, NeverQuotesCells) {
  struct Case {
    std::string_view sqlstate;
    std::string_view message;
    std::string_view function;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"22P02", "invalid input syntax for type integer: \"s3cret\"",
            "pg_strtoint32"},
           {"22003", "value \"s3cret\" is out of range for type integer", ""},
           {"22021", "invalid byte sequence for encoding \"UTF8\": s3cret", ""},
           {"22008", "date/time field value out of range: s3cret", ""},
           {"P0001", "s3cret", "exec_stmt_raise"},
           {"42501", "s3cret", "exec_stmt_raise"},
           {"XX000", "s3cret", "exec_stmt_raise"},
           {"23505", "duplicate key s3cret", ""},
           {"ZZ123", "s3cret", ""}}) {
    const arrow::Status status = TranslateReport({.sqlstate = c.sqlstate,
                                                  .message = c.message,
                                                  .hint = "s3cret",
                                                  .function = c.function},
                                                 "reading public.t");
    EXPECT_THAT(RenderError(status), Not(HasSubstr("s3cret"))) << c.sqlstate;
    EXPECT_THAT(status.message(), HasSubstr(std::string(c.sqlstate)));
  }
}

TEST(ServerErrorTest, KeepsTheTemplateOfADataException) {
  EXPECT_EQ(TranslateReport({.sqlstate = "22P02",
                             .message = "invalid input syntax for type integer: \"x\""},
                            "d")
                .message(),
            "d: invalid input syntax for type integer (SQLSTATE 22P02)");
}

TEST(ServerErrorTest, MissingConnectionIsLost) {
  EXPECT_THAT(TranslateServerError(nullptr, nullptr, "reading"),
              HasKind(ErrorKind::kConnectionLost));
}

}  // namespace
}  // namespace carmilla
