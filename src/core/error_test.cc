#include "core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(ErrorTest, EveryKindHasItsOwnRowAtItsOwnIndex) {
  const auto kinds = ErrorKinds();
  ASSERT_EQ(kinds.size(), static_cast<size_t>(ErrorKind::kBug) + 1);
  for (size_t i = 0; i < kinds.size(); ++i) {
    EXPECT_EQ(static_cast<size_t>(kinds[i].kind), i) << kinds[i].name;
    EXPECT_EQ(&InfoOf(kinds[i].kind), &kinds[i]);
  }
}

TEST(ErrorTest, NamesAreUniqueAndMeaningsAreSentences) {
  std::set<std::string_view> names;
  for (const ErrorKindInfo& info : ErrorKinds()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_THAT(std::string(info.name), ::testing::MatchesRegex("[a-z_]+"));
    EXPECT_TRUE(info.meaning.ends_with('.')) << info.name;
    EXPECT_TRUE(info.cure.ends_with('.')) << info.name;
  }
}

TEST(ErrorTest, NoFailureExitsWithZeroAndRetryMeans69Or75) {
  for (const ErrorKindInfo& info : ErrorKinds()) {
    EXPECT_NE(info.exit_code, 0) << info.name;
    EXPECT_EQ(info.is_retryable, info.exit_code == 69 || info.exit_code == 75)
        << info.name;
  }
}

TEST(ErrorTest, EveryKindSurvivesInItsStatus) {
  for (const ErrorKindInfo& info : ErrorKinds()) {
    const arrow::Status status = MakeError(info.kind, "doing: problem", "cure");
    EXPECT_THAT(status, HasKind(info.kind));
    EXPECT_EQ(HintOf(status), "cure");
    EXPECT_EQ(ExitCodeOf(status), info.exit_code);
  }
}

TEST(ErrorTest, ContextKeepsKindAndHint) {
  const arrow::Status status = WithContext(
      MakeError(ErrorKind::kConflict, "swapping: changed", "run again"), "publishing t");
  EXPECT_THAT(status, HasKind(ErrorKind::kConflict));
  EXPECT_EQ(status.message(), "publishing t: swapping: changed");
  EXPECT_EQ(HintOf(status), "run again");
}

TEST(ErrorTest, ContextLeavesSuccessAlone) {
  EXPECT_OK(WithContext(arrow::Status::OK(), "publishing"));
  EXPECT_EQ(ExitCodeOf(arrow::Status::OK()), 0);
}

TEST(ErrorTest, ForeignStatusesAreMappedByTheirCode) {
  EXPECT_EQ(KindOf(arrow::Status::IOError("x")), ErrorKind::kIo);
  EXPECT_EQ(KindOf(arrow::Status::OutOfMemory("x")), ErrorKind::kOutOfMemory);
  EXPECT_EQ(KindOf(arrow::Status::Cancelled("x")), ErrorKind::kInterrupted);
  EXPECT_EQ(KindOf(arrow::Status::Invalid("x")), ErrorKind::kBug);
  EXPECT_EQ(HintOf(arrow::Status::Invalid("x")), "");
}

TEST(ErrorTest, ContextGivesForeignStatusesAKind) {
  const arrow::Status status = WithContext(arrow::Status::IOError("no room"), "writing");
  EXPECT_THAT(status, HasKind(ErrorKind::kIo));
  EXPECT_EQ(status.message(), "writing: no room");
}

TEST(ErrorTest, RendersTheHintOnItsOwnLine) {
  EXPECT_EQ(RenderError(MakeError(ErrorKind::kUsage, "reading flags: unknown", "see -h")),
            "reading flags: unknown\nhint: see -h");
  EXPECT_EQ(RenderError(MakeError(ErrorKind::kUsage, "reading flags: unknown")),
            "reading flags: unknown");
}

TEST(ErrorTest, TheKindIsNamedWithItsExitCode) {
  EXPECT_EQ(RenderKind(ErrorKind::kPermission),
            "kind: permission, exit code 77; see `carmilla errors permission`");
}

TEST(ErrorTest, AHostileNameCannotSteerTheTerminal) {
  const arrow::Status status =
      MakeError(ErrorKind::kUnknownRelation, "reading \x1b[2Jt\n", "\r\xc2\x9bx");
  EXPECT_EQ(RenderError(status), "reading \\x1b[2Jt\\x0a\nhint: \\x0d\\xc2\\x9bx");
}

TEST(ErrorTest, AListKeepsItsLinesAndNoOthers) {
  const std::vector<std::string> lines = {"first\nforged", "second"};
  const arrow::Status status = MakeErrorList(ErrorKind::kConfiguration, lines, "cure");
  EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration));
  EXPECT_EQ(RenderError(status), "first\\x0aforged\nsecond\nhint: cure");
  EXPECT_EQ(RenderError(WithContext(status, "reading")),
            "reading: first\\x0aforged\nsecond\nhint: cure");
}

TEST(ErrorTest, EscapesC0C1AndDelButNotUtf8) {
  EXPECT_EQ(EscapeControlCharacters(std::string("\0a\t\x7f", 4)), "\\x00a\\x09\\x7f");
  EXPECT_EQ(EscapeControlCharacters("\xc2\x80\xc2\x9f"), "\\xc2\\x80\\xc2\\x9f");
  EXPECT_EQ(EscapeControlCharacters("caf\xc3\xa9 \xc2\xa0\xe2\x82\xac"),
            "caf\xc3\xa9 \xc2\xa0\xe2\x82\xac");
}

}  // namespace
}  // namespace carmilla
