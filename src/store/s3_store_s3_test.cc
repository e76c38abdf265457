#include "store/s3_store.h"

#include <arrow/buffer.h>

#include <atomic>
#include <thread>

#include "core/crc32c.h"
#include "store/s3_fixture.h"

// What every object store promises is tested in tests/conformance; here is what only S3
// has, against a server that checks it.

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class S3StoreTest : public S3Fixture {
 protected:
  std::shared_ptr<ObjectStore> store_ = Open(Options());
};

TEST_F(S3StoreTest, WritesLargeObjectsInParts) {
  const std::string contents = Bytes(3 * kPart + 12345);
  ASSERT_OK(Write(*store_, "a/large", contents));
  EXPECT_TRUE(Read(*store_, "a/large") == contents);
  EXPECT_EQ(bucket_.CountUploads(), 0);
  S3Bucket bucket(Options(), bucket_.OpenTransport(),
                  FixedAwsCredentials(bucket_.credentials()));
  ASSERT_OK_AND_ASSIGN(const S3Object object, bucket.Head("a/large"));
  EXPECT_EQ(object.crc32c, ExtendCrc32c(0, contents.data(), contents.size()))
      << "the server knows the checksum of the whole object";
  EXPECT_TRUE(object.etag.ends_with("-4\"")) << object.etag;
}

TEST_F(S3StoreTest, WritesAnObjectOfOnePartAtOnce) {
  ASSERT_OK_AND_ASSIGN(auto writer, store_->OpenWrite("a"));
  const std::string contents = Bytes(kPart);
  ASSERT_OK(writer->Write(contents.data(), kPart));
  EXPECT_EQ(bucket_.CountUploads(), 0) << "nothing is begun before it must be";
  ASSERT_OK(writer->Commit());
  EXPECT_TRUE(Read(*store_, "a") == contents);
}

TEST_F(S3StoreTest, ShowsNoUploadBeforeCommitAndAbortsItWhenDiscarded) {
  const std::string contents = Bytes(2 * kPart + 1);
  {
    ASSERT_OK_AND_ASSIGN(auto writer, store_->OpenWrite("destroyed"));
    ASSERT_OK(writer->Write(contents.data(), static_cast<int64_t>(contents.size())));
    EXPECT_EQ(bucket_.CountUploads(), 1);
    ASSERT_OK(writer->Close());
    EXPECT_THAT(Keys(*store_), IsEmpty());
  }
  EXPECT_EQ(bucket_.CountUploads(), 0);
  ASSERT_OK_AND_ASSIGN(auto writer, store_->OpenWrite("aborted"));
  ASSERT_OK(writer->Write(contents.data(), static_cast<int64_t>(contents.size())));
  ASSERT_OK(writer->Abort());
  EXPECT_EQ(bucket_.CountUploads(), 0);
  EXPECT_THAT(writer->Commit(), HasKind(ErrorKind::kBug));
  EXPECT_THAT(Keys(*store_), IsEmpty());
}

TEST_F(S3StoreTest, RemovesWhatAKilledWriterLeft) {
  S3StoreOptions options = Options();
  options.prefix = "lake";
  const auto store = Open(options);
  S3Bucket killed(options, bucket_.OpenTransport(),
                  FixedAwsCredentials(bucket_.credentials()));
  for (const char* key : {"t/a.parquet", "t/b \xc3\xa9.parquet"}) {
    ASSERT_OK(killed.BeginUpload(key, "write-1"));
  }
  bucket_.Ask("POST", "elsewhere/x", {{"uploads", ""}});
  ASSERT_OK(store->RemoveLeftovers(std::chrono::hours(1)));
  EXPECT_EQ(bucket_.CountUploads(), 3) << "they may still be written";
  ASSERT_OK(store->RemoveLeftovers(std::chrono::seconds(-60)));
  EXPECT_EQ(bucket_.CountUploads(), 1) << "the one that is none of the lake's";
}

TEST_F(S3StoreTest, LeavesUploadsAloneInABucketThatOthersMayShare) {
  bucket_.Ask("POST", "elsewhere/x", {{"uploads", ""}});
  ASSERT_OK(store_->RemoveLeftovers(std::chrono::seconds(-60)));
  EXPECT_EQ(bucket_.CountUploads(), 1);
}

TEST_F(S3StoreTest, ReadsRangesOfLargeObjects) {
  const std::string contents = Bytes(300'000);
  ASSERT_OK(Write(*store_, "a", contents));
  ASSERT_OK_AND_ASSIGN(auto file, store_->OpenRead("a"));
  EXPECT_THAT(file->GetSize(), IsOkAndHolds(300'000));
  for (const auto& [from, length] :
       std::vector<std::pair<int64_t, int64_t>>{{0, 1},
                                                {0, 300'000},
                                                {299'999, 1},
                                                {100, 250'000},
                                                {299'000, 5'000},
                                                {300'000, 7},
                                                {400'000, 7},
                                                {5, 0}}) {
    ASSERT_OK_AND_ASSIGN(auto bytes, file->ReadAt(from, length));
    const auto begin = static_cast<size_t>(std::min<int64_t>(from, 300'000));
    EXPECT_TRUE(bytes->ToString() == contents.substr(begin, static_cast<size_t>(length)))
        << from << " " << length;
  }
}

TEST_F(S3StoreTest, NeverMixesTwoObjectsInOneHandle) {
  ASSERT_OK(Write(*store_, "a", Bytes(300'000)));
  ASSERT_OK_AND_ASSIGN(auto file, store_->OpenRead("a"));
  ASSERT_OK(Write(*store_, "a", std::string(300'000, 'x')));
  EXPECT_THAT(file->ReadAt(0, 1000), HasKind(ErrorKind::kConflict));
}

TEST_F(S3StoreTest, ListsMoreKeysThanOnePage) {
  // Keys of a bucket are sorted as bytes; the server's pages have 1,000.
  constexpr int kKeys = 1100;
  std::atomic<int> next = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int number = next++; number < kKeys; number = next++) {
        char key[16];
        std::snprintf(key, sizeof key, "k/%05d", number);
        ASSERT_OK(store_->Create(key, ""));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::vector<std::string> keys = Keys(*store_, "k/");
  ASSERT_EQ(keys.size(), kKeys);
  EXPECT_TRUE(std::ranges::is_sorted(keys));
  EXPECT_EQ(keys.back(), "k/01099");
}

TEST_F(S3StoreTest, OneOfSixteenRacersCreates) {
  for (int round = 0; round < 5; ++round) {
    std::atomic<int> winners = 0;
    std::vector<std::thread> racers;
    for (int i = 0; i < 16; ++i) {
      // All write the same: the winner is known by its request, not by its contents.
      racers.emplace_back([&] {
        if (store_->Create("race/" + std::to_string(round), "same").ok()) ++winners;
      });
    }
    for (std::thread& racer : racers) racer.join();
    EXPECT_EQ(winners, 1);
  }
}

TEST_F(S3StoreTest, CopiesLargeObjectsInsideTheBucket) {
  const std::string contents = Bytes((size_t{8} << 20) + 1);
  ASSERT_OK(Write(*store_, "a/part-0 \xc3\xa9", contents));
  ASSERT_OK(Write(*store_, "b/target", "old"));
  ASSERT_OK_AND_ASSIGN(const auto version,
                       store_->CompareAndSwap("pointer", std::nullopt, "1"));
  const ObjectGuard guard{.key = "pointer", .version = version};
  ASSERT_OK(store_->CopyWhile(guard, "a/part-0 \xc3\xa9", "b/target"));
  EXPECT_TRUE(Read(*store_, "b/target") == contents);
  ASSERT_OK_AND_ASSIGN(const StoredObject first, store_->Get("b/target"));
  ASSERT_OK(store_->CopyWhile(guard, "a/part-0 \xc3\xa9", "b/target")) << "again";
  EXPECT_EQ(bucket_.CountUploads(), 0);
  EXPECT_THAT(store_->CopyWhile({.key = "pointer", .version = "\"other\""},
                                "a/part-0 \xc3\xa9", "b/target"),
              HasKind(ErrorKind::kConflict));
}

TEST_F(S3StoreTest, AddressesTheBucketInTheHost) {
  S3StoreOptions options = Options();
  options.addressing = S3Addressing::kVirtualHost;
  options.endpoint.insert(options.endpoint.find("://") + 3, "s3.");
  const auto store = Open(options);
  ASSERT_OK(store->Create("a/b c", "x"));
  EXPECT_EQ(Read(*store, "a/b c"), "x");
  EXPECT_THAT(Keys(*store), ElementsAre("a/b c"));
  EXPECT_EQ(Read(*store_, "a/b c"), "x") << "the same bucket";
}

TEST_F(S3StoreTest, NamesAMissingBucket) {
  S3StoreOptions options = Options();
  options.bucket = "no-such-bucket-here";
  const auto store = Open(options);
  for (const arrow::Status& status :
       {store->CheckWritable(), store->Create("a", "x"), store->Get("a").status()}) {
    EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration));
    EXPECT_THAT(status.message(), HasSubstr("NoSuchBucket"));
    EXPECT_THAT(HintOf(status), HasSubstr("create the bucket"));
  }
}

TEST_F(S3StoreTest, NamesAWrongRegion) {
  S3StoreOptions options = Options();
  options.region = "us-west-2";
  const arrow::Status status = Open(options)->CheckWritable();
  EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(status.message(), HasSubstr(bucket_.region()));
  EXPECT_THAT(HintOf(status), HasSubstr("region"));
}

TEST_F(S3StoreTest, NamesWrongKeysAndShowsNone) {
  const auto with = [&](const char* id, const char* secret) {
    return Open(Options(), FixedAwsCredentials({.access_key_id = id,
                                                .secret_access_key = Secret(secret),
                                                .session_token = Secret("canary-tok")}));
  };
  const std::string id = bucket_.credentials().access_key_id;
  for (const auto& store :
       {with(id.c_str(), "canary-secret"), with("AKIANOBODY", "canary-secret")}) {
    const arrow::Status status = store->CheckWritable();
    EXPECT_THAT(status, HasKind(ErrorKind::kAuthentication));
    EXPECT_THAT(RenderError(status), Not(HasSubstr("canary")));
    EXPECT_THAT(HintOf(status), HasSubstr("secret"));
  }
}

TEST_F(S3StoreTest, SignsWithTheServersTimeWhenOurClockIsWrong) {
  S3StoreOptions options = Options();
  for (const auto offset : {std::chrono::hours(-30), std::chrono::hours(30)}) {
    options.client.now = [offset] { return std::chrono::system_clock::now() + offset; };
    const auto store = Open(options);
    const std::string key = "at/" + std::to_string(offset.count());
    ASSERT_OK(store->Create(key, "x"));
    EXPECT_EQ(Read(*store, key), "x");
  }
}

TEST_F(S3StoreTest, NamesActionAndResourceWhenAccessIsDenied) {
  bucket_.Ask("PUT", "", {{"policy", ""}},
              R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)"
              R"({"AWS":[")" +
                  bucket_.guest().access_key_id +
                  R"("]},"Action":["s3:PutObject","s3:GetObject"],)"
                  R"("Resource":["arn:aws:s3:::)" +
                  bucket_.name() + R"(/open/*"]}]})");
  const auto store = Open(Options(), FixedAwsCredentials(bucket_.guest()));
  ASSERT_OK(store->Create("open/a", "x"));
  EXPECT_EQ(Read(*store, "open/a"), "x");
  const std::vector<std::tuple<arrow::Status, std::string, std::string>> refusals = {
      {store->Create("secret/a", "x"), "s3:PutObject", "/secret/a"},
      {store->Get("secret/a").status(), "s3:GetObject", "/secret/a"},
      {store->Head("secret/a").status(), "s3:GetObject", "/secret/a"},
      {store->Delete("open/a"), "s3:DeleteObject", "/open/a"},
      {store->ListFolders("").status(), "s3:ListBucket", bucket_.name()},
      {store->CheckWritable(), "s3:PutObject", "/_carmilla/probe"}};
  for (const auto& [status, action, resource] : refusals) {
    EXPECT_THAT(status, HasKind(ErrorKind::kPermission)) << action;
    EXPECT_THAT(status.message(), HasSubstr(action));
    EXPECT_THAT(status.message(), HasSubstr(resource));
    EXPECT_THAT(HintOf(status), HasSubstr("allow " + action));
  }
  EXPECT_THAT(Keys(*store_), ElementsAre("open/a"));
}

TEST_F(S3StoreTest, SendsNothingUnlessTheServerIsTrusted) {
  ASSERT_OK_AND_ASSIGN(auto transport, OpenCurlTransport());
  ASSERT_OK_AND_ASSIGN(
      auto store,
      OpenS3Store(Options(), transport, FixedAwsCredentials(bucket_.credentials())));
  const arrow::Status status = store->CheckWritable();
  EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(HintOf(status), HasSubstr("certificate"));
}

TEST_F(S3StoreTest, EndsAtOnceWhenStopped) {
  std::stop_source source;
  S3StoreOptions options = Options();
  options.stop = source.get_token();
  const auto store = Open(options);
  const std::string contents = Bytes(2 * kPart + 1);
  ASSERT_OK_AND_ASSIGN(auto writer, store->OpenWrite("a"));
  ASSERT_OK(writer->Write(contents.data(), static_cast<int64_t>(contents.size())));
  source.request_stop();
  EXPECT_THAT(writer->Commit(), HasKind(ErrorKind::kInterrupted));
  EXPECT_THAT(store->Get("a"), HasKind(ErrorKind::kInterrupted));
  EXPECT_EQ(bucket_.CountUploads(), 0) << "what was begun is cleaned up all the same";
}

TEST_F(S3StoreTest, IgnoresWhatIsNoObjectOfOurs) {
  ASSERT_OK(store_->Create("a/b", "x"));
  bucket_.Ask("PUT", "folder/");
  bucket_.Ask("PUT", "a/.hidden", {}, "x");
  EXPECT_THAT(Keys(*store_), ElementsAre("a/b"));
}

}  // namespace
}  // namespace carmilla
