#include "store/s3_xml.h"

#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;

TEST(S3XmlTest, ReadsEncodedKeys) {
  ASSERT_OK_AND_ASSIGN(
      const S3ListPage page,
      ParseS3ListPage("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/"
                      "\"><IsTruncated>true</IsTruncated>"
                      "<NextContinuationToken>a/b+c=</NextContinuationToken>"
                      "<EncodingType>url</EncodingType>"
                      "<Contents><Key>a+b%2Bc%01/%C3%A9</Key><Size>17</Size></Contents>"
                      "<CommonPrefixes><Prefix>x%25y/</Prefix></CommonPrefixes>"
                      "</ListBucketResult>"));
  ASSERT_EQ(page.entries.size(), 1);
  EXPECT_EQ(page.entries[0].key, "a b+c\x01/\xc3\xa9");
  EXPECT_EQ(page.entries[0].bytes, 17);
  EXPECT_THAT(page.common_prefixes, ElementsAre("x%y/"));
  EXPECT_EQ(page.next_token, "a/b+c=") << "tokens are not encoded";
}

TEST(S3XmlTest, LeavesKeysAloneThatTheServerDidNotEncode) {
  ASSERT_OK_AND_ASSIGN(
      const S3ListPage page,
      ParseS3ListPage("<ListBucketResult><IsTruncated>false</IsTruncated>"
                      "<NextContinuationToken>x</NextContinuationToken>"
                      "<Contents><Key>a+b%2F&amp;</Key><Size>1</Size></Contents>"
                      "</ListBucketResult>"));
  EXPECT_EQ(page.entries[0].key, "a+b%2F&");
  EXPECT_EQ(page.next_token, "") << "the last page";
}

TEST(S3XmlTest, RefusesWhatIsNoAnswerOfS3) {
  for (const char* text : {"", "{}", "<html><body>login</body></html>", "<a",
                           "<ListBucketResult><IsTruncated>true</IsTruncated>"
                           "</ListBucketResult>"}) {
    EXPECT_THAT(ParseS3ListPage(text), HasKind(ErrorKind::kIo)) << text;
  }
  EXPECT_THAT(ParseS3Value("<R><UploadId></UploadId></R>", "UploadId"),
              HasKind(ErrorKind::kIo));
  EXPECT_THAT(ParseS3Value("<R><UploadId>u</UploadId></R>", "UploadId"),
              IsOkAndHolds("u"));
}

TEST(S3XmlTest, ReadsPagesOfUploads) {
  ASSERT_OK_AND_ASSIGN(
      const S3UploadPage page,
      ParseS3UploadPage(
          "<ListMultipartUploadsResult><EncodingType>url</EncodingType>"
          "<IsTruncated>true</IsTruncated><NextKeyMarker>a+b</NextKeyMarker>"
          "<NextUploadIdMarker>u2</NextUploadIdMarker>"
          "<Upload><Key>a%20c</Key><UploadId>u1</UploadId>"
          "<Initiated>2026-01-02T03:04:05.000Z</Initiated></Upload>"
          "</ListMultipartUploadsResult>"));
  ASSERT_EQ(page.uploads.size(), 1);
  EXPECT_EQ(page.uploads[0].key, "a c");
  EXPECT_EQ(page.uploads[0].id, "u1");
  EXPECT_EQ(page.uploads[0].initiated, "2026-01-02T03:04:05.000Z");
  EXPECT_EQ(page.next_key, "a b");
  EXPECT_EQ(page.next_id, "u2");
  EXPECT_THAT(ParseS3UploadPage("<ListBucketResult/>"), HasKind(ErrorKind::kIo));
}

TEST(S3XmlTest, WritesCompletions) {
  EXPECT_EQ(S3CompletionOf({{.number = 1, .etag = "\"a&b\"", .crc32c = "AAAAAA=="},
                            {.number = 2, .etag = "\"c\""}}),
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<Part><ChecksumCRC32C>AAAAAA==</ChecksumCRC32C><ETag>\"a&amp;b\"</ETag>"
            "<PartNumber>1</PartNumber></Part>"
            "<Part><ETag>\"c\"</ETag><PartNumber>2</PartNumber></Part>"
            "</CompleteMultipartUpload>");
}

std::string LifecycleOf(const std::string& rule) {
  return "<LifecycleConfiguration>" + rule + "</LifecycleConfiguration>";
}

TEST(S3XmlTest, ARuleAbortsUploadsOfTheKeysThatItIsFor) {
  const std::string abort =
      "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>"
      "</AbortIncompleteMultipartUpload>";
  const std::string enabled = "<Status>Enabled</Status>" + abort;
  using Row = std::pair<std::string, bool>;
  const std::vector<Row> rows = {
      {"", false},
      {"<Rule><Filter/>" + enabled + "</Rule>", true},
      {"<Rule><Filter><Prefix>lake/</Prefix></Filter>" + enabled + "</Rule>", true},
      {"<Rule><Prefix>lake/</Prefix>" + enabled + "</Rule>", true},
      {"<Rule><Filter><Prefix>other/</Prefix></Filter>" + enabled + "</Rule>", false},
      {"<Rule><Prefix>other/</Prefix>" + enabled + "</Rule>", false},
      {"<Rule><Filter/><Status>Disabled</Status>" + abort + "</Rule>", false},
      {"<Rule><Filter/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration>"
       "</Rule>",
       false}};
  for (const auto& [rule, aborts] : rows) {
    ASSERT_OK_AND_ASSIGN(const bool found, AbortsUploads(LifecycleOf(rule), "lake/"));
    EXPECT_EQ(found, aborts) << rule;
  }
  EXPECT_FALSE(AbortsUploads("<Other/>", "lake/").ok());
}

}  // namespace
}  // namespace carmilla
