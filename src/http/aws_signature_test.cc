#include "http/aws_signature.h"

#include "core/sha256.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

constexpr char kNoBody[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// The signature alone: what stands before it follows from it.
std::string SignatureIn(const arrow::Result<HttpHeaders>& headers) {
  if (!headers.ok()) return headers.status().ToString();
  const std::string& text = headers->back().second;
  return text.substr(text.find("Signature=") + 10);
}

struct Example {
  const char* name;
  SignableRequest request;
  const char* signature;
};

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
TEST(AwsSignatureTest, SignsTheExamplesOfS3sDocumentation) {
  const AwsCredentials credentials{
      .access_key_id = "AKIAIOSFODNN7EXAMPLE",
      .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
  const AwsScope scope{
      .region = "us-east-1", .service = "s3", .time = sys_days(year(2013) / 5 / 24)};
  const std::pair<std::string, std::string> host = {"Host",
                                                    "examplebucket.s3.amazonaws.com"};
  ASSERT_OK_AND_ASSIGN(const std::string digest, Sha256("Welcome to Amazon S3."));
  const std::vector<Example> examples = {
      {"get object",
       {.method = "GET",
        .path = "/test.txt",
        .headers = {host, {"Range", "bytes=0-9"}},
        .payload_sha256 = kNoBody},
       "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
      {"put object",
       {.method = "PUT",
        .path = "/test$file.text",
        .headers = {host,
                    {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                    {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
        .payload_sha256 = Hexadecimal(digest)},
       "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
      {"get bucket lifecycle",
       {.method = "GET",
        .query = {{"lifecycle", ""}},
        .headers = {host},
        .payload_sha256 = kNoBody},
       "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
      {"list objects",
       {.method = "GET",
        .query = {{"prefix", "J"}, {"max-keys", "2"}},
        .headers = {host},
        .payload_sha256 = kNoBody},
       "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
  };
  for (const Example& example : examples) {
    EXPECT_EQ(SignatureIn(SignedHeaders(example.request, credentials, scope)),
              example.signature)
        << example.name;
  }
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
TEST(AwsSignatureTest, PresignsTheExampleOfS3sDocumentation) {
  const AwsCredentials credentials{
      .access_key_id = "AKIAIOSFODNN7EXAMPLE",
      .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
  EXPECT_THAT(
      PresignedQuery(
          {.method = "GET",
           .path = "/test.txt",
           .headers = {{"host", "examplebucket.s3.amazonaws.com"}},
           .payload_sha256 = "UNSIGNED-PAYLOAD"},
          credentials,
          {.region = "us-east-1", .service = "s3", .time = sys_days(year(2013) / 5 / 24)},
          std::chrono::hours(24)),
      IsOkAndHolds(
          "X-Amz-Algorithm=AWS4-HMAC-SHA256"
          "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2F"
          "aws4_request"
          "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
          "&X-Amz-Signature="
          "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"));
}

// Cases of AWS's test suite for Signature V4 (aws-sig-v4-test-suite).
TEST(AwsSignatureTest, SignsTheTestSuiteOfAws) {
  const AwsCredentials credentials{
      .access_key_id = "AKIDEXAMPLE",
      .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")};
  const AwsScope scope{.region = "us-east-1",
                       .service = "service",
                       .time = sys_days(year(2015) / 8 / 30) + std::chrono::hours(12) +
                               std::chrono::minutes(36)};
  const std::pair<std::string, std::string> host = {"Host", "example.amazonaws.com"};
  const std::vector<Example> examples = {
      {"get-vanilla",
       {.method = "GET", .headers = {host}, .payload_sha256 = kNoBody},
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"post-vanilla",
       {.method = "POST", .headers = {host}, .payload_sha256 = kNoBody},
       "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
      {"get-vanilla-query-order-key-case",
       {.method = "GET",
        .query = {{"Param2", "value2"}, {"Param1", "value1"}},
        .headers = {host},
        .payload_sha256 = kNoBody},
       "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
  };
  for (const Example& example : examples) {
    EXPECT_EQ(SignatureIn(SignedHeaders(example.request, credentials, scope)),
              example.signature)
        << example.name;
  }
}

TEST(AwsSignatureTest, SignsTheSessionTokenAndShowsNoSecret) {
  const AwsCredentials credentials{.access_key_id = "AKID",
                                   .secret_access_key = Secret("canary-secret"),
                                   .session_token = Secret("token")};
  ASSERT_OK_AND_ASSIGN(
      const HttpHeaders headers,
      SignedHeaders({.method = "POST",
                     .headers = {{"Host", "glue.eu-west-1.amazonaws.com"}},
                     .payload_sha256 = kNoBody},
                    credentials, {.region = "eu-west-1", .service = "glue"}));
  EXPECT_EQ(headers[1],
            (std::pair<std::string, std::string>("X-Amz-Security-Token", "token")));
  EXPECT_THAT(headers.back().second,
              ::testing::HasSubstr("SignedHeaders=host;x-amz-date;x-amz-security-token"));
  EXPECT_THAT(headers.back().second, ::testing::Not(::testing::HasSubstr("canary")));
}

TEST(AwsSignatureTest, EncodesEveryByteThatMayMeanSomething) {
  EXPECT_EQ(UriEncode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(UriEncode("a b/c+\xc3\xa9%"), "a%20b%2Fc%2B%C3%A9%25");
  EXPECT_EQ(UriEncode("a b/c", /*keep_slashes=*/true), "a%20b/c");
  EXPECT_EQ(CanonicalQuery({{"b", "2"}, {"a", "x=y"}, {"B", ""}}), "B=&a=x%3Dy&b=2");
}

}  // namespace
}  // namespace carmilla
