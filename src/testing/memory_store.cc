#include "testing/memory_store.h"

#include <set>
#include <utility>
#include <vector>

#include <arrow/io/memory.h>

#include "core/crc32c.h"
#include "core/error.h"

namespace carmilla {
namespace {

arrow::Status Missing(std::string_view key) {
  return MakeError(ErrorKind::kNotFound, "no such object: " + std::string(key));
}

arrow::Status Conflict(std::string_view key) {
  return MakeError(ErrorKind::kConflict, "changed meanwhile: " + std::string(key));
}

/// A version belongs to contents.
ObjectVersion VersionOf(const arrow::Buffer& contents) {
  const auto size = static_cast<size_t>(contents.size());
  return std::to_string(size) + "-" +
         std::to_string(ExtendCrc32c(0, contents.data(), size));
}

}  // namespace

class MemoryStore::Writer : public ObjectWriter {
 public:
  Writer(std::shared_ptr<State> state, std::string key)
      : state_(std::move(state)), key_(std::move(key)) {}

  arrow::Status Write(const void* data, int64_t nbytes) override {
    if (closed_) return MakeError(ErrorKind::kBug, "writing after the end: " + key_);
    contents_.append(static_cast<const char*>(data), static_cast<size_t>(nbytes));
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> Tell() const override {
    return static_cast<int64_t>(contents_.size());
  }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  arrow::Status Abort() override { return Close(); }
  bool closed() const override { return closed_; }
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenUncommitted() override {
    closed_ = true;
    return std::make_shared<arrow::io::BufferReader>(
        arrow::Buffer::FromString(contents_));
  }
  arrow::Status Commit() override {
    closed_ = true;
    const std::scoped_lock lock(state_->mutex);
    state_->objects[key_] = arrow::Buffer::FromString(contents_);
    return arrow::Status::OK();
  }
  uint32_t crc32c() const override {
    return ExtendCrc32c(0, contents_.data(), contents_.size());
  }

 private:
  std::shared_ptr<State> state_;
  std::string key_;
  std::string contents_;
  bool closed_ = false;
};

arrow::Result<MemoryStore::Contents> MemoryStore::Find(std::string_view key) {
  const std::scoped_lock lock(state_->mutex);
  const auto found = state_->objects.find(key);
  if (found == state_->objects.end()) return Missing(key);
  return found->second;
}

arrow::Result<std::unique_ptr<ObjectWriter>> MemoryStore::OpenWrite(
    std::string_view key) {
  return std::make_unique<Writer>(state_, std::string(key));
}

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> MemoryStore::OpenRead(
    std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(auto contents, Find(key));
  return std::make_shared<arrow::io::BufferReader>(std::move(contents));
}

arrow::Result<StoredObject> MemoryStore::Get(std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(const Contents contents, Find(key));
  return StoredObject{.contents = contents->ToString(), .version = VersionOf(*contents)};
}

arrow::Result<ObjectInfo> MemoryStore::Head(std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(const Contents contents, Find(key));
  return ObjectInfo{.key = std::string(key), .bytes = contents->size()};
}

arrow::Status MemoryStore::Create(std::string_view key, std::string_view contents) {
  return CompareAndSwap(key, /*expected=*/std::nullopt, contents).status();
}

arrow::Result<ObjectVersion> MemoryStore::CompareAndSwap(
    std::string_view key, const std::optional<ObjectVersion>& expected,
    std::string_view contents) {
  const std::scoped_lock lock(state_->mutex);
  const auto found = state_->objects.find(key);
  std::optional<ObjectVersion> actual;
  if (found != state_->objects.end()) actual = VersionOf(*found->second);
  if (actual != expected) return Conflict(key);
  const Contents stored = arrow::Buffer::FromString(std::string(contents));
  state_->objects[std::string(key)] = stored;
  return VersionOf(*stored);
}

arrow::Status MemoryStore::ChangeWhile(const ObjectGuard& guard,
                                       const std::function<arrow::Status()>& change) {
  const std::scoped_lock lock(state_->mutex);
  const auto found = state_->objects.find(guard.key);
  if (found == state_->objects.end() || VersionOf(*found->second) != guard.version) {
    return Conflict(guard.key);
  }
  return change();
}

arrow::Status MemoryStore::CopyWhile(const ObjectGuard& guard, std::string_view source,
                                     std::string_view target) {
  return ChangeWhile(guard, [&] {
    const auto found = state_->objects.find(source);
    if (found == state_->objects.end()) return Missing(source);
    state_->objects[std::string(target)] = found->second;
    return arrow::Status::OK();
  });
}

arrow::Status MemoryStore::DeleteWhile(const ObjectGuard& guard, std::string_view key) {
  return ChangeWhile(guard, [&] {
    state_->objects.erase(std::string(key));
    return arrow::Status::OK();
  });
}

arrow::Status MemoryStore::List(
    std::string_view prefix,
    const std::function<arrow::Status(const ObjectInfo&)>& visit) {
  // `visit` may call back into the store.
  std::vector<ObjectInfo> found;
  {
    const std::scoped_lock lock(state_->mutex);
    for (const auto& [key, contents] : state_->objects) {
      if (key.starts_with(prefix)) found.push_back({key, contents->size()});
    }
  }
  for (const ObjectInfo& object : found) ARROW_RETURN_NOT_OK(visit(object));
  return arrow::Status::OK();
}

arrow::Result<std::vector<std::string>> MemoryStore::ListFolders(
    std::string_view folder) {
  const std::string prefix = folder.empty() ? "" : std::string(folder) + "/";
  std::set<std::string> names;
  const std::scoped_lock lock(state_->mutex);
  for (const auto& [key, contents] : state_->objects) {
    if (!key.starts_with(prefix)) continue;
    const size_t end = key.find('/', prefix.size());
    if (end != std::string::npos)
      names.insert(key.substr(prefix.size(), end - prefix.size()));
  }
  return std::vector<std::string>(names.begin(), names.end());
}

arrow::Status MemoryStore::Delete(std::string_view key) {
  const std::scoped_lock lock(state_->mutex);
  state_->objects.erase(std::string(key));
  return arrow::Status::OK();
}

arrow::Status MemoryStore::CheckWritable() { return arrow::Status::OK(); }

std::string MemoryStore::UriOf(std::string_view key) const {
  return "memory:" + std::string(key);
}

void MemoryStore::Put(std::string_view key, std::string contents) {
  const std::scoped_lock lock(state_->mutex);
  state_->objects[std::string(key)] = arrow::Buffer::FromString(std::move(contents));
}

}  // namespace carmilla
