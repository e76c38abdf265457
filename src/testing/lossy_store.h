#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "core/error.h"
#include "stream/object_store.h"

namespace carmilla {

/// What becomes of one conditional write.
enum class Loss : uint8_t {
  kNothing,
  kRequest,           ///< It is not done, and reported as failed.
  kAnswer,            ///< It is done, and reported as failed.
  kAnswerOfFirstTry,  ///< It is done; the store tried twice and reports kConflict.
};

/// Passes everything on to another store and loses requests and answers on the way.
class LossyStore : public ObjectStore {
 public:
  explicit LossyStore(std::shared_ptr<ObjectStore> store) : store_(std::move(store)) {}

  Loss create = Loss::kNothing;
  Loss swap = Loss::kNothing;
  Loss copy = Loss::kNothing;
  bool are_reads_failing = false;
  bool may_delete = true;
  /// Called around each CompareAndSwap, as if other processes acted then.
  std::function<void()> before_swap = [] {};
  std::function<void()> after_swap = [] {};

  arrow::Result<std::unique_ptr<ObjectWriter>> OpenWrite(std::string_view key) override {
    return store_->OpenWrite(key);
  }
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenRead(
      std::string_view key) override {
    return store_->OpenRead(key);
  }
  arrow::Result<StoredObject> Get(std::string_view key) override {
    if (are_reads_failing) return Failed();
    return store_->Get(key);
  }
  arrow::Result<ObjectInfo> Head(std::string_view key) override {
    if (are_reads_failing) return Failed();
    return store_->Head(key);
  }
  arrow::Status Create(std::string_view key, std::string_view contents) override {
    if (create == Loss::kRequest) return Failed();
    return AfterLoss(create, store_->Create(key, contents));
  }
  arrow::Result<ObjectVersion> CompareAndSwap(
      std::string_view key, const std::optional<ObjectVersion>& expected,
      std::string_view contents) override {
    before_swap();
    if (swap == Loss::kRequest) return Failed();
    arrow::Result<ObjectVersion> result = store_->CompareAndSwap(key, expected, contents);
    after_swap();
    ARROW_RETURN_NOT_OK(AfterLoss(swap, result.status()));
    return result;
  }
  arrow::Status CopyWhile(const ObjectGuard& guard, std::string_view source,
                          std::string_view target) override {
    if (copy == Loss::kRequest) return Failed();
    return AfterLoss(copy, store_->CopyWhile(guard, source, target));
  }
  arrow::Status DeleteWhile(const ObjectGuard& guard, std::string_view key) override {
    if (!may_delete) return MakeError(ErrorKind::kPermission, "s3:DeleteObject: no");
    return store_->DeleteWhile(guard, key);
  }
  arrow::Status List(
      std::string_view prefix,
      const std::function<arrow::Status(const ObjectInfo&)>& visit) override {
    return store_->List(prefix, visit);
  }
  arrow::Result<std::vector<std::string>> ListFolders(std::string_view folder) override {
    return store_->ListFolders(folder);
  }
  arrow::Status Delete(std::string_view key) override { return store_->Delete(key); }
  arrow::Status CheckWritable() override { return store_->CheckWritable(); }
  arrow::Status RemoveLeftovers(std::chrono::seconds age) override {
    return store_->RemoveLeftovers(age);
  }
  std::string UriOf(std::string_view key) const override { return store_->UriOf(key); }

 private:
  static arrow::Status Failed() {
    return MakeError(ErrorKind::kUnavailable, "asking the store: no answer came");
  }
  static arrow::Status AfterLoss(Loss loss, const arrow::Status& status) {
    if (loss == Loss::kAnswer) return Failed();
    if (loss == Loss::kAnswerOfFirstTry) {
      return MakeError(ErrorKind::kConflict, "asking the store: it exists already");
    }
    return status;
  }

  std::shared_ptr<ObjectStore> store_;
};

}  // namespace carmilla
