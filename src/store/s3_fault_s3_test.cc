#include <arrow/buffer.h>

#include <algorithm>
#include <atomic>

#include "core/crc32c.h"
#include "store/s3_fixture.h"
#include "testing/fault_proxy.h"

// What the store makes of a network and a service that fail: each promise of a row of
// faults, against the real server behind a proxy that spoils requests and answers.

namespace carmilla {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Request = FaultProxy::Request;
using Kind = Fault::Kind;

Fault Pass(const Request& /*request*/) { return {}; }

bool IsPart(const Request& request) { return request.Has("partNumber="); }
bool IsCompletion(const Request& request) {
  return request.method == "POST" && request.Has("uploadId=");
}
bool IsPut(const Request& request) {
  return request.method == "PUT" && !request.Has("uploadId=");
}
bool IsRead(const Request& request) { return request.method == "GET"; }

// Spoils the first `times` requests that `matches` likes.
FaultProxy::Script Spoil(bool (*matches)(const Request&), const Fault& fault,
                         int times = 1) {
  return [=](const Request& request) mutable {
    return matches(request) && times-- > 0 ? fault : Fault{};
  };
}

class S3FaultTest : public S3Fixture {
 protected:
  S3StoreOptions ProxiedOptions() const {
    S3StoreOptions options = Options();
    options.endpoint = proxy_.url();
    return options;
  }

  // Writes an object of three parts through the proxy, and proves it without.
  void ExpectWritten(const std::string& key) {
    const std::string contents = Bytes(2 * kPart + 777);
    ASSERT_OK(Write(*store_, key, contents));
    EXPECT_TRUE(Read(*direct_, key) == contents);
    EXPECT_EQ(bucket_.CountUploads(), 0);
  }

  FaultProxy proxy_{bucket_.endpoint(), bucket_.OpenTransport(), &Pass};
  std::shared_ptr<ObjectStore> direct_ = Open(Options());
  std::shared_ptr<ObjectStore> store_ = Open(ProxiedOptions());
};

TEST_F(S3FaultTest, A1_ThrottledUploadsGoOnMoreSlowly) {
  for (const auto& [status, code] : std::vector<std::pair<int, const char*>>{
           {503, "SlowDown"}, {500, "InternalError"}, {502, ""}, {504, ""}}) {
    proxy_.Play(Spoil(&IsPart, Fault::Error(status, code), 2));
    ExpectWritten("a/" + std::to_string(status));
  }
}

TEST_F(S3FaultTest, A1_AThirdOfAllRequestsMayFail) {
  proxy_.Play([random = 1U](const Request&) mutable {
    random = random * 1664525U + 1013904223U;
    return random >> 24 < 77 ? Fault::Error(503, "SlowDown") : Fault{};
  });
  S3StoreOptions options = ProxiedOptions();
  options.client.max_attempts = 8;
  options.client.longest_wait = std::chrono::milliseconds(50);
  const auto store = Open(options);
  constexpr int kObjects = 60;
  for (int i = 0; i < kObjects; ++i) {
    ASSERT_OK(store->Create("a/" + std::to_string(i), std::to_string(i)));
  }
  EXPECT_EQ(Keys(*direct_).size(), kObjects);
  EXPECT_LE(proxy_.num_requests(), 3 * kObjects);
}

TEST_F(S3FaultTest, A2_ARequestThatNeverArrivedIsRepeated) {
  proxy_.Play(Spoil(&IsPut, {.kind = Kind::kLoseRequest}, 2));
  ASSERT_OK(store_->Create("a", "x"));
  EXPECT_EQ(Read(*direct_, "a"), "x");
  proxy_.Play(Spoil(&IsPart, {.kind = Kind::kLoseRequest}, 2));
  ExpectWritten("b");
}

TEST_F(S3FaultTest, A8_AMissingObjectIsToldFromARefusedOneWithoutTheRightToListAll) {
  ASSERT_OK(direct_->Create("a", "x"));
  proxy_.Play([](const Request& request) {
    const bool is_list = request.Has("list-type=2");
    return is_list || request.method == "PUT" ? Fault{}
                                              : Fault::Error(403, "AccessDenied");
  });
  EXPECT_THAT(store_->Head("b"), HasKind(ErrorKind::kNotFound));
  EXPECT_THAT(store_->Get("b"), HasKind(ErrorKind::kNotFound));
  EXPECT_THAT(store_->OpenRead("b"), HasKind(ErrorKind::kNotFound));
  EXPECT_THAT(store_->Head("a"), HasKind(ErrorKind::kPermission));
  EXPECT_THAT(store_->Get("a"), HasKind(ErrorKind::kPermission));
  EXPECT_THAT(store_->OpenRead("a"), HasKind(ErrorKind::kPermission));
}

TEST_F(S3FaultTest, A2_UploadsThatCannotBeAbortedDoNotHoldUpTheEnd) {
  S3StoreOptions options = ProxiedOptions();
  std::stop_source source;
  options.stop = source.get_token();
  options.client.brief_deadline = std::chrono::milliseconds(300);
  const auto store = Open(options);
  std::vector<std::unique_ptr<ObjectWriter>> writers;
  const std::string contents = Bytes(kPart + 1);
  for (const char* key : {"a", "b", "c", "d"}) {
    ASSERT_OK_AND_ASSIGN(writers.emplace_back(), store->OpenWrite(key));
    ASSERT_OK(
        writers.back()->Write(contents.data(), static_cast<int64_t>(contents.size())));
  }
  const auto start = std::chrono::steady_clock::now();
  proxy_.Play([](const Request&) { return Fault{.kind = Kind::kSilence}; });
  source.request_stop();
  writers.clear();
  // A single request waits for half a minute otherwise.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_EQ(bucket_.CountUploads(), 4) << "there was something to abort";
}

TEST_F(S3FaultTest, A3_AnyLostAnswerLeavesOneObjectAndOnePublish) {
  // Every request of the whole scenario loses its answer once.
  int scenario_requests = 1;
  for (int lost = 1; lost <= scenario_requests; ++lost) {
    const std::string folder = "k" + std::to_string(lost);
    const int before = proxy_.num_requests();
    bool was_begin = false;
    proxy_.Play([&](const Request& request) {
      if (request.number - before != lost) return Fault{};
      was_begin = request.Has("uploads=");
      return Fault{.kind = Kind::kLoseAnswer};
    });
    const std::string contents = Bytes(kPart + 1);
    ASSERT_OK(Write(*store_, folder + "/data", contents)) << lost;
    ASSERT_OK(store_->Create(folder + "/manifest", "m")) << lost;
    ASSERT_OK_AND_ASSIGN(const auto first,
                         store_->CompareAndSwap(folder + "/pointer", std::nullopt, "1"));
    ASSERT_OK(store_->CompareAndSwap(folder + "/pointer", first, "2")) << lost;
    scenario_requests = std::max(scenario_requests, proxy_.num_requests() - before - 1);

    EXPECT_TRUE(Read(*direct_, folder + "/data") == contents) << lost;
    EXPECT_EQ(Read(*direct_, folder + "/manifest"), "m") << lost;
    EXPECT_EQ(Read(*direct_, folder + "/pointer"), "2") << lost;
    // An upload whose id was lost with the answer is left to the bucket's lifecycle.
    EXPECT_LE(bucket_.CountUploads(), was_begin || lost > 1 ? 1 : 0) << lost;
  }
  EXPECT_GE(scenario_requests, 7);
}

TEST_F(S3FaultTest, A4_ASuccessWithAnErrorInItsBodyIsNone) {
  const std::string error =
      "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>";
  Fault refused{.kind = Kind::kAnswer};
  refused.answer = {.status = 200, .body = error};
  proxy_.Play(Spoil(&IsCompletion, refused));
  ExpectWritten("not/completed/at/first");
  proxy_.Play(Spoil(&IsCompletion, Fault::Instead(200, error)));
  ExpectWritten("completed/all/the/same");
  proxy_.Play(Spoil(&IsCompletion, refused, 100));
  EXPECT_FALSE(Write(*store_, "never", Bytes(kPart + 1)).ok());
  EXPECT_THAT(direct_->Head("never"), HasKind(ErrorKind::kNotFound));
}

TEST_F(S3FaultTest, A5_AConflictWithOurOwnLostWriteIsASuccess) {
  proxy_.Play(Spoil(&IsPut, {.kind = Kind::kLoseAnswer}));
  ASSERT_OK(store_->Create("a", "x"));
  proxy_.Play(Spoil(&IsPut, {.kind = Kind::kLoseAnswer}));
  ASSERT_OK_AND_ASSIGN(const auto first, store_->CompareAndSwap("p", std::nullopt, "1"));
  proxy_.Play(Spoil(&IsPut, {.kind = Kind::kLoseAnswer}));
  ASSERT_OK_AND_ASSIGN(const auto second, store_->CompareAndSwap("p", first, "2"));
  EXPECT_EQ(direct_->Get("p")->version, second);
}

TEST_F(S3FaultTest, A5_AConflictWithSomebodyElseStaysOne) {
  // Even with the same contents: who wrote is told by the request, not by the bytes.
  ASSERT_OK(direct_->Create("a", "x"));
  proxy_.Play(Spoil(&IsPut, {.kind = Kind::kLoseRequest}));
  EXPECT_THAT(store_->Create("a", "x"), HasKind(ErrorKind::kConflict));
  ASSERT_OK_AND_ASSIGN(const auto first, direct_->CompareAndSwap("p", std::nullopt, "1"));
  ASSERT_OK(direct_->CompareAndSwap("p", first, "2"));
  proxy_.Play(Spoil(&IsPut, {.kind = Kind::kLoseAnswer}));
  EXPECT_THAT(store_->CompareAndSwap("p", first, "2"), HasKind(ErrorKind::kConflict));
}

TEST_F(S3FaultTest, A5_AWriteThatMayHaveHappenedIsCalledUnknown) {
  proxy_.Play([](const Request&) { return Fault{.kind = Kind::kLoseRequest}; });
  const arrow::Status status = store_->Create("a", "x");
  EXPECT_THAT(status, HasKind(ErrorKind::kConnectionLost));
  EXPECT_THAT(status.message(), HasSubstr("whether it was written is not known"));
}

TEST_F(S3FaultTest, A6_AConflictOfTwoConditionalWritesIsRepeated) {
  proxy_.Play(Spoil(&IsPut, Fault::Error(409, "ConditionalRequestConflict"), 2));
  ASSERT_OK(store_->Create("a", "x"));
  EXPECT_EQ(Read(*direct_, "a"), "x");
  proxy_.Play(Spoil(&IsPut, Fault::Error(409, "ConditionalRequestConflict"), 100));
  EXPECT_THAT(store_->Create("b", "x"), HasKind(ErrorKind::kConflict));
}

class Rotating : public AwsCredentialsProvider {
 public:
  explicit Rotating(AwsCredentials credentials) : credentials_(std::move(credentials)) {}
  arrow::Result<AwsCredentials> Get() override { return credentials_; }
  void Refuse(const AwsCredentials& /*credentials*/) override { ++num_refusals; }
  std::atomic<int> num_refusals = 0;

 private:
  const AwsCredentials credentials_;
};

TEST_F(S3FaultTest, A7_CredentialsThatExpireDuringAnUploadAreRenewed) {
  const auto provider = std::make_shared<Rotating>(bucket_.credentials());
  const auto store = Open(ProxiedOptions(), provider);
  proxy_.Play([is_spoilt = false](const Request& request) mutable {
    if (is_spoilt || !request.Has("partNumber=2")) return Fault{};
    is_spoilt = true;
    return Fault::Error(400, "ExpiredToken");
  });
  const std::string contents = Bytes(2 * kPart + 777);
  ASSERT_OK(Write(*store, "a", contents));
  EXPECT_TRUE(Read(*direct_, "a") == contents);
  EXPECT_EQ(provider->num_refusals, 1);

  // A HEAD has no body: the code stands in a header.
  proxy_.Play([is_spoilt = false](const Request& request) mutable {
    if (is_spoilt || request.method != "HEAD") return Fault{};
    is_spoilt = true;
    Fault fault{.kind = Kind::kAnswer};
    fault.answer = {.status = 400, .headers = {{"x-amz-error-code", "ExpiredToken"}}};
    return fault;
  });
  EXPECT_OK(store->Head("a"));
  EXPECT_EQ(provider->num_refusals, 2);
}

TEST_F(S3FaultTest, A8_WhatIsDeniedHalfWayPublishesNothing) {
  for (auto* matches : {&IsPart, &IsCompletion}) {
    proxy_.Play(Spoil(matches, Fault::Error(403, "AccessDenied", "no KMS for you")));
    const arrow::Status status = Write(*store_, "a", Bytes(2 * kPart + 1));
    EXPECT_THAT(status, HasKind(ErrorKind::kPermission));
    EXPECT_THAT(status.message(), HasSubstr("s3:PutObject on s3://"));
    EXPECT_THAT(Keys(*direct_), IsEmpty());
    EXPECT_EQ(bucket_.CountUploads(), 0) << "A9: no upload is left";
  }
}

TEST_F(S3FaultTest, A10_ABodyDamagedOnItsWayIsNeverStored) {
  proxy_.Play(Spoil(&IsPart, {.kind = Kind::kDamageRequest}));
  ExpectWritten("a");
  proxy_.Play(Spoil(&IsPut, {.kind = Kind::kDamageRequest}));
  ASSERT_OK(store_->Create("b", "contents"));
  EXPECT_EQ(Read(*direct_, "b"), "contents");
}

TEST_F(S3FaultTest, A10_ABodyDamagedOnItsWayIsReadAgain) {
  ASSERT_OK(direct_->Create("a", "contents"));
  proxy_.Play(Spoil(&IsRead, {.kind = Kind::kDamageBody}, 2));
  EXPECT_EQ(Read(*store_, "a"), "contents");
  proxy_.Play(Spoil(&IsRead, {.kind = Kind::kDamageBody}));
  ASSERT_OK_AND_ASSIGN(auto file, store_->OpenRead("a"));
  ASSERT_OK_AND_ASSIGN(auto bytes, file->ReadAt(0, 100));
  EXPECT_EQ(bytes->ToString(), "contents");
  proxy_.Play(Spoil(&IsRead, {.kind = Kind::kDamageBody}, 100));
  EXPECT_THAT(store_->Get("a"), HasKind(ErrorKind::kCorruptData));
}

TEST_F(S3FaultTest, A10_DamageInARangeIsFoundByWhoReadsAll) {
  const std::string contents = Bytes(300'000);
  ASSERT_OK(Write(*direct_, "a", contents));
  ASSERT_OK_AND_ASSIGN(auto file, store_->OpenRead("a"));
  proxy_.Play(Spoil(&IsRead, {.kind = Kind::kDamageBody}));
  ASSERT_OK(file->Read(100'000));
  ASSERT_OK(file->Read(100'000));
  EXPECT_THAT(file->Read(100'000), HasKind(ErrorKind::kCorruptData));
}

TEST_F(S3FaultTest, A11_ATruncatedAnswerIsReadAgain) {
  const std::string contents = Bytes(300'000);
  ASSERT_OK(Write(*direct_, "a", contents));
  proxy_.Play(Spoil(&IsRead, {.kind = Kind::kCutBody}));
  EXPECT_TRUE(Read(*store_, "a") == contents);
  ASSERT_OK_AND_ASSIGN(auto file, store_->OpenRead("a"));
  proxy_.Play(Spoil(&IsRead, {.kind = Kind::kCutBody}, 2));
  ASSERT_OK_AND_ASSIGN(auto bytes, file->ReadAt(10, 200'000));
  EXPECT_TRUE(bytes->ToString() == contents.substr(10, 200'000));
}

TEST_F(S3FaultTest, A12_ABodyThatStallsIsReadAgain) {
  const std::string contents = Bytes(3000);
  ASSERT_OK(Write(*direct_, "a", contents));
  S3StoreOptions options = ProxiedOptions();
  options.limits.low_speed_time = std::chrono::seconds(1);
  proxy_.Play(Spoil(&IsRead, {.kind = Kind::kStallBody}));
  EXPECT_TRUE(Read(*Open(options), "a") == contents);
}

TEST_F(S3FaultTest, A13_ABucketOfAnotherRegionIsNamed) {
  Fault moved{.kind = Kind::kAnswer};
  moved.answer = {.status = 301, .headers = {{"x-amz-bucket-region", "ap-south-1"}}};
  proxy_.Play([&](const Request&) { return moved; });
  for (const arrow::Status& status :
       {store_->Head("a").status(), store_->Create("a", "x"), store_->CheckWritable()}) {
    EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration));
    EXPECT_THAT(status.message(), HasSubstr("ap-south-1"));
    EXPECT_THAT(HintOf(status), HasSubstr("region"));
  }
}

TEST_F(S3FaultTest, AStoppedCopyNeverUndoesANewerOne) {
  // A process is stopped between its look at the pointer and its write, while another
  // publishes and copies.
  for (const auto& [size, has_target] : std::vector<std::pair<size_t, bool>>{
           {100, false}, {100, true}, {(8 << 20) + 1, false}, {(8 << 20) + 1, true}}) {
    const std::string folder =
        "s" + std::to_string(size) + (has_target ? "-replaced/" : "/");
    if (has_target) {
      ASSERT_OK(direct_->Create(folder + "target", "before"));
    }
    ASSERT_OK(Write(*direct_, folder + "old", Bytes(size)));
    ASSERT_OK(Write(*direct_, folder + "new", "new bytes"));
    ASSERT_OK_AND_ASSIGN(
        const auto old_pointer,
        direct_->CompareAndSwap(folder + "pointer", std::nullopt, "old"));
    proxy_.Play([&, is_done = false](const Request& request) mutable {
      const bool is_last_write =
          (IsPut(request) || IsCompletion(request)) && request.Has("target");
      if (is_done || !is_last_write) return Fault{};
      is_done = true;
      EXPECT_OK(direct_->CompareAndSwap(folder + "pointer", old_pointer, "new"));
      EXPECT_OK(direct_->CopyWhile({.key = folder + "pointer",
                                    .version = direct_->Get(folder + "pointer")->version},
                                   folder + "new", folder + "target"));
      return Fault{};
    });
    EXPECT_THAT(store_->CopyWhile({.key = folder + "pointer", .version = old_pointer},
                                  folder + "old", folder + "target"),
                HasKind(ErrorKind::kConflict));
    EXPECT_EQ(Read(*direct_, folder + "target"), "new bytes");
    EXPECT_EQ(bucket_.CountUploads(), 0);
  }
}

TEST_F(S3FaultTest, AStoppedRemovalNeverUndoesANewerCopy) {
  ASSERT_OK(direct_->Create("target", "old"));
  ASSERT_OK(direct_->Create("source", "new"));
  ASSERT_OK_AND_ASSIGN(const auto old_pointer,
                       direct_->CompareAndSwap("pointer", std::nullopt, "1"));
  proxy_.Play([&](const Request& request) {
    if (request.method != "DELETE") return Fault{};
    EXPECT_OK(direct_->CompareAndSwap("pointer", old_pointer, "2"));
    EXPECT_OK(direct_->CopyWhile(
        {.key = "pointer", .version = direct_->Get("pointer")->version}, "source",
        "target"));
    return Fault{};
  });
  EXPECT_THAT(store_->DeleteWhile({.key = "pointer", .version = old_pointer}, "target"),
              HasKind(ErrorKind::kConflict));
  EXPECT_EQ(Read(*direct_, "target"), "new");
}

}  // namespace
}  // namespace carmilla
