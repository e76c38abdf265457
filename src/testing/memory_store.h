#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/buffer.h>

#include "stream/object_store.h"

namespace carmilla {

/// An ObjectStore in the memory of one process, for tests. Handles stay valid when their
/// object is replaced or the store dies.
class MemoryStore : public ObjectStore {
 public:
  arrow::Result<std::unique_ptr<ObjectWriter>> OpenWrite(std::string_view key) override;
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenRead(
      std::string_view key) override;
  arrow::Result<StoredObject> Get(std::string_view key) override;
  arrow::Result<ObjectInfo> Head(std::string_view key) override;
  arrow::Status Create(std::string_view key, std::string_view contents) override;
  arrow::Result<ObjectVersion> CompareAndSwap(
      std::string_view key, const std::optional<ObjectVersion>& expected,
      std::string_view contents) override;
  arrow::Status CopyWhile(const ObjectGuard& guard, std::string_view source,
                          std::string_view target) override;
  arrow::Status DeleteWhile(const ObjectGuard& guard, std::string_view key) override;
  arrow::Status List(
      std::string_view prefix,
      const std::function<arrow::Status(const ObjectInfo&)>& visit) override;
  arrow::Result<std::vector<std::string>> ListFolders(std::string_view folder) override;
  arrow::Status Delete(std::string_view key) override;
  arrow::Status CheckWritable() override;
  std::string UriOf(std::string_view key) const override;

  /// Puts an object there as nobody else could: unconditionally, for corrupting what is
  /// stored.
  void Put(std::string_view key, std::string contents);

 private:
  class Writer;
  using Contents = std::shared_ptr<arrow::Buffer>;
  struct State {
    std::mutex mutex;
    std::map<std::string, Contents, std::less<>> objects;
  };

  arrow::Result<Contents> Find(std::string_view key);
  /// Calls `change` under the lock if `guard` is as given.
  arrow::Status ChangeWhile(const ObjectGuard& guard,
                            const std::function<arrow::Status()>& change);

  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace carmilla
