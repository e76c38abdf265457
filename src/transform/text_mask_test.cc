#include "transform/text_mask.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <gtest/gtest.h>

#include <string>

#include "testing/matchers.h"

namespace carmilla {
namespace {

std::string Digits(HmacSha256& hmac, std::string_view text) {
  const auto digits = hmac.Compute(text).ValueOrDie();
  return {digits.data(), digits.size()};
}

// RFC 4231, test cases 1, 2 and 6.
TEST(TextMaskTest, AgreesWithThePublishedVectors) {
  ASSERT_OK_AND_ASSIGN(auto first, HmacSha256::Make(std::string(20, '\x0b')));
  EXPECT_EQ(Digits(*first, "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  ASSERT_OK_AND_ASSIGN(auto second, HmacSha256::Make("Jefe"));
  EXPECT_EQ(Digits(*second, "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  ASSERT_OK_AND_ASSIGN(auto long_key, HmacSha256::Make(std::string(131, '\xaa')));
  EXPECT_EQ(Digits(*long_key, "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(TextMaskTest, EveryValueIsComputedAfresh) {
  ASSERT_OK_AND_ASSIGN(auto hmac, HmacSha256::Make("Jefe"));
  const std::string once = Digits(*hmac, "a");
  EXPECT_NE(Digits(*hmac, ""), once);
  EXPECT_EQ(Digits(*hmac, "a"), once);
}

TEST(TextMaskTest, CountsCharactersNotBytes) {
  EXPECT_EQ(FirstCharacters("größe", 3), "grö");
  EXPECT_EQ(FirstCharacters("größe", 9), "größe");
  EXPECT_EQ(FirstCharacters("😀x", 1), "😀");
  EXPECT_EQ(FirstCharacters("", 1), "");
  EXPECT_EQ(FirstCharacters("ab", 2), "ab");
}

TEST(TextMaskTest, NullStaysNull) {
  arrow::StringBuilder builder;
  ASSERT_OK(builder.Append("Käthe"));
  ASSERT_OK(builder.AppendNull());
  ASSERT_OK(builder.Append(""));
  ASSERT_OK_AND_ASSIGN(const auto names, builder.Finish());
  ASSERT_OK_AND_ASSIGN(
      const auto short_names,
      ApplyTextMask(*names, {.kind = MaskKind::kTruncate, .characters = 2}, nullptr));
  EXPECT_EQ(short_names->ToString(), "[\n  \"Kä\",\n  null,\n  \"\"\n]");
  ASSERT_OK_AND_ASSIGN(auto hmac, HmacSha256::Make("Jefe"));
  ASSERT_OK_AND_ASSIGN(
      const auto hashed,
      ApplyTextMask(*names, {.kind = MaskKind::kHmacSha256}, hmac.get()));
  const auto& texts = static_cast<const arrow::StringArray&>(*hashed);
  EXPECT_EQ(texts.GetView(0), Digits(*hmac, "Käthe"));
  EXPECT_TRUE(texts.IsNull(1));
  EXPECT_EQ(texts.GetView(2), Digits(*hmac, ""));
}

}  // namespace
}  // namespace carmilla
