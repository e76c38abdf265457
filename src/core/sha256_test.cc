#include "core/sha256.h"

#include "testing/matchers.h"

namespace carmilla {
namespace {

// The examples of FIPS 180-4, RFC 4231 (case 2) and RFC 4648.
TEST(Sha256Test, GivesThePublishedDigests) {
  ASSERT_OK_AND_ASSIGN(const std::string empty, Sha256(""));
  EXPECT_EQ(Hexadecimal(empty),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  ASSERT_OK_AND_ASSIGN(const std::string abc, Sha256("abc"));
  EXPECT_EQ(Hexadecimal(abc),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256Test, GivesThePublishedHmac) {
  ASSERT_OK_AND_ASSIGN(const std::string mac,
                       HmacSha256Once("Jefe", "what do ya want for nothing?"));
  EXPECT_EQ(Hexadecimal(mac),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Sha256Test, EncodesBase64) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace carmilla
