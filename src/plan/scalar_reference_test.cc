#include "plan/scalar_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "plan/configuration_fixture.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(ScalarReferenceTest, ALiteralIsItself) {
  ASSERT_OK_AND_ASSIGN(const ResolvedScalar scalar, ResolveScalar("zstd", {}));
  EXPECT_EQ(scalar.text, "zstd");
  EXPECT_EQ(scalar.origin, "");
  EXPECT_OK(ResolveScalar("", {}));
  EXPECT_OK(ResolveScalar("$", {}));
  EXPECT_OK(ResolveScalar("$1 = x", {}));
  EXPECT_OK(ResolveScalar("${", {}));
}

TEST(ScalarReferenceTest, AVariableMustBeSetAndNotEmpty) {
  const ScopedVariable full("CARMILLA_TEST_FULL", "value");
  const ScopedVariable empty("CARMILLA_TEST_EMPTY", "");
  const ScopedVariable binary("CARMILLA_TEST_BINARY", "\xff\xfe");
  ASSERT_OK_AND_ASSIGN(const ResolvedScalar scalar,
                       ResolveScalar("env:CARMILLA_TEST_FULL", {}));
  EXPECT_EQ(scalar.text, "value");
  EXPECT_EQ(scalar.origin, "env:CARMILLA_TEST_FULL");
  EXPECT_THAT(ResolveScalar("env:CARMILLA_TEST_EMPTY", {}),
              StatusMessageHas("env:CARMILLA_TEST_EMPTY is empty"));
  EXPECT_THAT(ResolveScalar("env:CARMILLA_TEST_BINARY", {}),
              StatusMessageHas("is not UTF-8"));
  EXPECT_THAT(ResolveScalar("env:CARMILLA_NOT_SET", {}),
              StatusMessageHas("variable CARMILLA_NOT_SET is not set"));
}

TEST(ScalarReferenceTest, AMisplacedSecretAfterEnvIsNotShown) {
  const auto resolved = ResolveScalar("env:postgres://u:hunter2@h", {});
  EXPECT_THAT(resolved, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(RenderError(resolved.status()),
              testing::Not(testing::HasSubstr("hunter2")));
  EXPECT_THAT(ResolveScalar("env:", {}), StatusHintHas("env:NAME"));
}

TEST(ScalarReferenceTest, TellsHowVariablesAreWritten) {
  EXPECT_THAT(ResolveScalar("$DATABASE_URL", {}),
              StatusHintHas("write env:DATABASE_URL"));
  EXPECT_THAT(ResolveScalar("${DATABASE_URL}", {}),
              StatusHintHas("write env:DATABASE_URL"));
}

TEST(ScalarReferenceTest, ANameMayLookLikeAVariableOrASecret) {
  const ScopedVariable variable("CARMILLA_TEST_NAME", "orders");
  for (const std::string name : {"$HOME", "${HOME}", "secret:x"}) {
    EXPECT_THAT(ResolveScalar(name, {}), HasKind(ErrorKind::kConfiguration)) << name;
    ASSERT_OK_AND_ASSIGN(const auto scalar, ResolveScalar(name, {.is_name = true}));
    EXPECT_EQ(scalar.text, name);
    EXPECT_EQ(scalar.origin, "");
  }
  ASSERT_OK_AND_ASSIGN(const auto followed,
                       ResolveScalar("env:CARMILLA_TEST_NAME", {.is_name = true}));
  EXPECT_EQ(followed.text, "orders");
}

TEST(ScalarReferenceTest, AFileLosesOneNewlineAtItsEnd) {
  const TemporaryFolder folder;
  const auto text_of = [&](const std::string& content) {
    folder.Write("value", content);
    const auto scalar = ResolveScalar("file:value", {.folder = folder.path()});
    return scalar.ok() ? scalar->text : RenderError(scalar.status());
  };
  EXPECT_EQ(text_of("a"), "a");
  EXPECT_EQ(text_of("a\n"), "a");
  EXPECT_EQ(text_of("a\r\n"), "a");
  EXPECT_EQ(text_of("a\n\n"), "a\n");
  EXPECT_EQ(text_of(" a b "), " a b ");
  EXPECT_EQ(text_of(""), "file:value is empty");
  EXPECT_EQ(text_of(std::string("a\0b", 3)), "file:value is not UTF-8 text");
}

TEST(ScalarReferenceTest, ASecretMustBePrivateToItsOwner) {
  const TemporaryFolder folder;
  for (const unsigned mode : {0644U, 0604U, 0660U, 0602U, 0610U}) {
    const std::string path = folder.Write("secret", "x", mode);
    const auto secret = ResolveScalar("file:" + path, {.is_secret = true});
    EXPECT_THAT(secret, HasKind(ErrorKind::kConfiguration)) << std::oct << mode;
    EXPECT_THAT(secret, StatusHintHas("chmod 600 " + path)) << std::oct << mode;
    EXPECT_OK(ResolveScalar("file:" + path, {.is_secret = false}));
  }
  for (const unsigned mode : {0600U, 0400U}) {
    const std::string path = folder.Write("secret", "x", mode);
    EXPECT_OK(ResolveScalar("file:" + path, {.is_secret = true})) << std::oct << mode;
    std::filesystem::remove(path);
  }
}

TEST(ScalarReferenceTest, OnlyAFileOfRootsMayBeReadByItsGroup) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("secret", "x", 0640);
  EXPECT_EQ(ResolveScalar("file:" + path, {.is_secret = true}).ok(), geteuid() == 0);
}

TEST(ScalarReferenceTest, NamesFilesThatCannotBeRead) {
  const TemporaryFolder folder;
  const ScalarReferenceOptions options{.folder = folder.path()};
  EXPECT_THAT(ResolveScalar("file:none", options),
              StatusMessageHas("/none: No such file or directory"));
  EXPECT_THAT(ResolveScalar("file:.", options), StatusMessageHas("Is a directory"));
  EXPECT_THAT(ResolveScalar("file:", options), StatusHintHas("file:PATH"));
  folder.Write("large", std::string((64 << 10) + 1, 'x'));
  EXPECT_THAT(ResolveScalar("file:large", options), StatusMessageHas("larger than"));
}

}  // namespace
}  // namespace carmilla
