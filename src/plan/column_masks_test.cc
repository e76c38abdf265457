#include "plan/column_masks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "plan/configuration_fixture.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kWithKey[] = "mask_key: env:CARMILLA_TEST_MASK_KEY";

arrow::Result<Configuration> ParseMask(const std::string& mask, const std::string& top) {
  return Parse(kShortestHead + top + "\ntables:\n- {name: public.a, mask: " + mask +
               "}\n");
}

TEST(ColumnMasksTest, ReadsEveryMask) {
  const ScopedVariable key("CARMILLA_TEST_MASK_KEY", "canary");
  ASSERT_OK_AND_ASSIGN(
      const Configuration read,
      ParseMask("{email: hmac-sha256, phone: null, name: {truncate: 2}, ssn: drop}",
                kWithKey));
  const auto& mask = read.tables[0].mask;
  ASSERT_EQ(mask.size(), 4U);
  EXPECT_EQ(mask.at("email").mask.kind, MaskKind::kHmacSha256);
  EXPECT_EQ(mask.at("phone").mask.kind, MaskKind::kNull);
  EXPECT_EQ(mask.at("name").mask,
            (ColumnMask{.kind = MaskKind::kTruncate, .characters = 2}));
  EXPECT_EQ(mask.at("ssn").mask.kind, MaskKind::kDrop);
  EXPECT_EQ(read.mask_key.Reveal(), "canary");
}

TEST(ColumnMasksTest, RefusesWhatIsNoMask) {
  for (const char* mask : {"{a: }", "{a: {truncate: 0}}", "{a: {truncate: x}}",
                           "{a: {truncate: -1}}", "{a: {cut: 1}}", "{a: [drop]}",
                           "{a: {truncate: 1, drop: 1}}", "{a: ''}", "{a: true}"}) {
    EXPECT_THAT(Shown(ParseMask(mask, "")),
                HasSubstr("no mask of column \"a\"\nhint: write hmac-sha256, null, drop "
                          "or {truncate: 3}"))
        << mask;
  }
  EXPECT_THAT(Shown(ParseMask("{a: hmac_sha256}", "")),
              HasSubstr("c.yaml:5:30: no mask of column \"a\"\nhint: did you mean "
                        "\"hmac-sha256\"?"));
}

TEST(ColumnMasksTest, HmacNeedsAKey) {
  EXPECT_EQ(Shown(ParseMask("{a: hmac-sha256, b: hmac-sha256}", "")),
            "c.yaml:5:27: hmac-sha256 needs a key, and there is no mask_key in the top "
            "level\nhint: write env:CARMILLA_MASK_KEY, and put the key into that "
            "variable");
  EXPECT_OK(ParseMask("{a: drop}", ""));
}

TEST(ColumnMasksTest, TheKeyIsNeverWrittenOutNorShown) {
  const std::string shown = Shown(ParseMask("{a: drop}", "mask_key: canary"));
  EXPECT_THAT(shown, HasSubstr("3:11: mask_key must not be written out"));
  EXPECT_THAT(shown, Not(HasSubstr("canary")));
  EXPECT_THAT(Shown(ParseMask("{a: drop}", kWithKey)),
              HasSubstr("CARMILLA_TEST_MASK_KEY is not set"));
}

}  // namespace
}  // namespace carmilla
