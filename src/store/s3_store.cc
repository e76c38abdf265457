#include "store/s3_store.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/failpoint.h"
#include "store/s3_bucket.h"
#include "store/s3_copy.h"
#include "store/s3_file.h"
#include "store/s3_writer.h"
#include "stream/object_key.h"

namespace carmilla {
namespace {

constexpr int64_t kLargestGet = int64_t{1} << 30;
constexpr char kProbe[] = "_carmilla/probe";

class S3Store : public ObjectStore {
 public:
  explicit S3Store(std::shared_ptr<S3Bucket> bucket) : bucket_(std::move(bucket)) {}

  arrow::Result<std::unique_ptr<ObjectWriter>> OpenWrite(std::string_view key) override {
    ARROW_RETURN_NOT_OK(CheckObjectKey(key));
    return std::make_unique<S3Writer>(bucket_, std::string(key));
  }

  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenRead(
      std::string_view key) override {
    ARROW_RETURN_NOT_OK(CheckObjectKey(key));
    return OpenS3File(bucket_, std::string(key));
  }

  arrow::Result<StoredObject> Get(std::string_view key) override {
    ARROW_RETURN_NOT_OK(CheckObjectKey(key));
    ARROW_ASSIGN_OR_RAISE(S3Object object, bucket_->Get(key));
    return StoredObject{.contents = std::move(object.contents),
                        .version = std::move(object.etag)};
  }

  arrow::Result<ObjectInfo> Head(std::string_view key) override {
    ARROW_RETURN_NOT_OK(CheckObjectKey(key));
    ARROW_ASSIGN_OR_RAISE(const S3Object object, bucket_->Head(key));
    return ObjectInfo{.key = std::string(key), .bytes = object.bytes};
  }

  arrow::Status Create(std::string_view key, std::string_view contents) override {
    ARROW_RETURN_NOT_OK(CheckObjectKey(key));
    ARROW_RETURN_NOT_OK(bucket_->Put(key, contents, {.is_new = true}).status());
    return Failpoint("store.created");
  }

  arrow::Result<ObjectVersion> CompareAndSwap(
      std::string_view key, const std::optional<ObjectVersion>& expected,
      std::string_view contents) override {
    ARROW_RETURN_NOT_OK(CheckObjectKey(key));
    if (expected.has_value() && expected->empty()) {
      return MakeError(ErrorKind::kBug, "replacing an object: no version is expected");
    }
    const S3Condition condition = expected.has_value() ? S3Condition{.etag = *expected}
                                                       : S3Condition{.is_new = true};
    ARROW_ASSIGN_OR_RAISE(ObjectVersion version, bucket_->Put(key, contents, condition));
    ARROW_RETURN_NOT_OK(Failpoint("store.swapped"));
    return version;
  }

  arrow::Status CopyWhile(const ObjectGuard& guard, std::string_view source,
                          std::string_view target) override {
    for (const std::string_view key : {std::string_view(guard.key), source, target}) {
      ARROW_RETURN_NOT_OK(CheckObjectKey(key));
    }
    return CopyOnS3While(*bucket_, guard, source, target);
  }

  arrow::Status DeleteWhile(const ObjectGuard& guard, std::string_view key) override {
    ARROW_RETURN_NOT_OK(CheckObjectKey(guard.key));
    ARROW_RETURN_NOT_OK(CheckObjectKey(key));
    return DeleteOnS3While(*bucket_, guard, key);
  }

  arrow::Status List(
      std::string_view prefix,
      const std::function<arrow::Status(const ObjectInfo&)>& visit) override {
    std::string token;
    do {
      ARROW_ASSIGN_OR_RAISE(S3ListPage page, bucket_->List(prefix, "", token));
      for (const auto& entry : page.entries) {
        // `folder/`, which some tools make, and others that are none of ours.
        if (!CheckObjectKey(entry.key).ok()) continue;
        ARROW_RETURN_NOT_OK(visit({.key = entry.key, .bytes = entry.bytes}));
      }
      token = std::move(page.next_token);
    } while (!token.empty());
    return arrow::Status::OK();
  }

  arrow::Result<std::vector<std::string>> ListFolders(std::string_view folder) override {
    std::string prefix(folder);
    if (!folder.empty()) {
      ARROW_RETURN_NOT_OK(CheckObjectKey(folder));
      prefix += '/';
    }
    std::vector<std::string> names;
    std::string token;
    do {
      ARROW_ASSIGN_OR_RAISE(S3ListPage page, bucket_->List(prefix, "/", token));
      for (const std::string& common : page.common_prefixes) {
        std::string name = common.substr(prefix.size());
        if (name.ends_with('/')) name.pop_back();
        if (CheckObjectKey(name).ok()) names.push_back(std::move(name));
      }
      token = std::move(page.next_token);
    } while (!token.empty());
    std::ranges::sort(names);
    return names;
  }

  arrow::Status Delete(std::string_view key) override {
    ARROW_RETURN_NOT_OK(CheckObjectKey(key));
    return bucket_->Delete(key);
  }

  // An upload needs the same rights as an object, and is gone without the right to
  // delete one.
  arrow::Status CheckWritable() override {
    ARROW_ASSIGN_OR_RAISE(const std::string upload_id,
                          bucket_->BeginUpload(kProbe, S3Bucket::NewWriteId()));
    return bucket_->AbortUpload(kProbe, upload_id);
  }

  arrow::Status RemoveLeftovers(std::chrono::seconds age) override {
    return bucket_->AbortUploadsBefore(bucket_->options().client.now() - age);
  }

  std::string UriOf(std::string_view key) const override {
    return S3UriOf(bucket_->options(), key);
  }

 private:
  const std::shared_ptr<S3Bucket> bucket_;
};

}  // namespace

arrow::Result<std::shared_ptr<ObjectStore>> OpenS3Store(
    const S3StoreOptions& options, std::shared_ptr<HttpTransport> transport,
    std::shared_ptr<AwsCredentialsProvider> credentials) {
  ARROW_RETURN_NOT_OK(CheckS3Options(options));
  S3StoreOptions own = options;
  own.limits.largest_answer_bytes = kLargestGet;
  return std::make_shared<S3Store>(std::make_shared<S3Bucket>(
      std::move(own), std::move(transport), std::move(credentials)));
}

}  // namespace carmilla
