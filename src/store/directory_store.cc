#include "store/directory_store.h"

#include <arrow/io/file.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <utility>

#include "core/crc32c.h"
#include "core/error.h"
#include "core/failpoint.h"
#include "store/directory_listing.h"
#include "store/directory_probe.h"
#include "store/directory_writer.h"
#include "store/errno_error.h"
#include "store/folder_lock.h"
#include "store/posix_file.h"
#include "store/temporary_file.h"
#include "stream/object_key.h"

namespace carmilla {
namespace {

constexpr size_t kLargestGet = size_t{1} << 30;

// The version of an object is a digest of its contents: length, CRC-32C and 64-bit
// FNV-1a. What is swapped are a few hundred bytes that name a run id, so two states with
// one digest are not to be expected in the life of a lake.
ObjectVersion VersionOf(std::string_view contents) {
  uint64_t fnv = 0xcbf29ce484222325;
  for (const char byte : contents) {
    fnv = (fnv ^ static_cast<uint8_t>(byte)) * 0x100000001b3;
  }
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%zx-%08" PRIx32 "-%016" PRIx64,
                contents.size(), ExtendCrc32c(0, contents.data(), contents.size()), fnv);
  return text.data();
}

arrow::Status Changed(std::string_view doing, std::string_view key) {
  return MakeError(
      ErrorKind::kConflict,
      std::string(doing) + ": another process changed the object: " + std::string(key));
}

bool AreOneFile(const std::filesystem::path& left, const std::filesystem::path& right) {
  struct stat left_info{};
  struct stat right_info{};
  return ::stat(left.c_str(), &left_info) == 0 &&
         ::stat(right.c_str(), &right_info) == 0 &&
         left_info.st_dev == right_info.st_dev && left_info.st_ino == right_info.st_ino;
}

class DirectoryStore : public ObjectStore {
 public:
  DirectoryStore(std::filesystem::path root, const DirectoryStoreOptions& options)
      : root_(std::move(root)), options_(options) {}

  arrow::Result<std::unique_ptr<ObjectWriter>> OpenWrite(std::string_view key) override {
    ARROW_ASSIGN_OR_RAISE(std::filesystem::path path, PathForWriting(key));
    ARROW_ASSIGN_OR_RAISE(TemporaryFile temporary,
                          TemporaryFile::Create(path.parent_path()));
    return std::make_unique<DirectoryWriter>(std::move(temporary), std::move(path),
                                             root_);
  }

  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenRead(
      std::string_view key) override {
    ARROW_ASSIGN_OR_RAISE(const std::filesystem::path path, PathOf(key));
    return OpenForReading(path);
  }

  arrow::Result<StoredObject> Get(std::string_view key) override {
    ARROW_ASSIGN_OR_RAISE(const std::filesystem::path path, PathOf(key));
    StoredObject object;
    ARROW_ASSIGN_OR_RAISE(object.contents, ReadAll(path, kLargestGet));
    object.version = VersionOf(object.contents);
    return object;
  }

  arrow::Result<ObjectInfo> Head(std::string_view key) override {
    ARROW_ASSIGN_OR_RAISE(const std::filesystem::path path, PathOf(key));
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) {
      return ErrnoError(errno, "looking at a file", path);
    }
    if (!S_ISREG(info.st_mode)) return ErrnoError(ENOENT, "looking at a file", path);
    return ObjectInfo{.key = std::string(key), .bytes = info.st_size};
  }

  arrow::Status Create(std::string_view key, std::string_view contents) override {
    ARROW_ASSIGN_OR_RAISE(const std::filesystem::path path, PathForWriting(key));
    ARROW_ASSIGN_OR_RAISE(TemporaryFile temporary, WriteTemporary(path, contents));
    return LinkNew(&temporary, path);
  }

  arrow::Result<ObjectVersion> CompareAndSwap(
      std::string_view key, const std::optional<ObjectVersion>& expected,
      std::string_view contents) override {
    ARROW_ASSIGN_OR_RAISE(const std::filesystem::path path, PathForWriting(key));
    // Before the lock is taken: other processes wait for the comparison and a rename
    // only.
    ARROW_ASSIGN_OR_RAISE(TemporaryFile temporary, WriteTemporary(path, contents));
    ARROW_ASSIGN_OR_RAISE(const FolderLock lock, LockFolderOf(path));
    if (!expected.has_value()) {
      ARROW_RETURN_NOT_OK(LinkNew(&temporary, path));
      return VersionOf(contents);
    }
    ARROW_ASSIGN_OR_RAISE(const bool is_unchanged, HasVersion(path, *expected));
    if (!is_unchanged) return Changed("replacing an object", key);
    ARROW_RETURN_NOT_OK(temporary.MoveTo(path));
    ARROW_RETURN_NOT_OK(Failpoint("store.swapped"));
    ARROW_RETURN_NOT_OK(SyncFolders(path.parent_path(), root_));
    return VersionOf(contents);
  }

  arrow::Status CopyWhile(const ObjectGuard& guard, std::string_view source,
                          std::string_view target) override {
    ARROW_ASSIGN_OR_RAISE(const std::filesystem::path source_path, PathOf(source));
    ARROW_ASSIGN_OR_RAISE(const std::filesystem::path target_path,
                          PathForWriting(target));
    ARROW_ASSIGN_OR_RAISE(const FolderLock lock, LockWhile(guard, "copying an object"));
    if (AreOneFile(source_path, target_path)) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(
        TemporaryFile link,
        TemporaryFile::CreateLink(source_path, target_path.parent_path()));
    ARROW_RETURN_NOT_OK(Failpoint("store.linked"));
    ARROW_RETURN_NOT_OK(link.MoveTo(target_path));
    return SyncFolders(target_path.parent_path(), root_);
  }

  arrow::Status DeleteWhile(const ObjectGuard& guard, std::string_view key) override {
    ARROW_RETURN_NOT_OK(CheckObjectKey(key));
    ARROW_ASSIGN_OR_RAISE(const FolderLock lock, LockWhile(guard, "removing an object"));
    return Delete(key);
  }

  arrow::Status List(
      std::string_view prefix,
      const std::function<arrow::Status(const ObjectInfo&)>& visit) override {
    return ListDirectory(root_, prefix, visit);
  }

  arrow::Result<std::vector<std::string>> ListFolders(std::string_view folder) override {
    if (folder.empty()) return ListSubfolders(root_);
    ARROW_ASSIGN_OR_RAISE(const std::filesystem::path path, PathOf(folder));
    return ListSubfolders(path);
  }

  arrow::Status Delete(std::string_view key) override {
    ARROW_ASSIGN_OR_RAISE(const std::filesystem::path path, PathOf(key));
    if (::unlink(path.c_str()) == 0) return SyncFolders(path.parent_path(), root_);
    if (errno == ENOENT) return arrow::Status::OK();
    return ErrnoError(errno, "removing a file", path);
  }

  arrow::Status CheckWritable() override { return ProbeDirectory(root_); }

  std::string UriOf(std::string_view key) const override { return root_ / key; }

 private:
  arrow::Result<std::filesystem::path> PathOf(std::string_view key) const {
    ARROW_RETURN_NOT_OK(CheckObjectKey(key));
    return root_ / key;
  }

  arrow::Result<std::filesystem::path> PathForWriting(std::string_view key) const {
    ARROW_ASSIGN_OR_RAISE(std::filesystem::path path, PathOf(key));
    ARROW_RETURN_NOT_OK(MakeFolders(path.parent_path()));
    return path;
  }

  static arrow::Result<TemporaryFile> WriteTemporary(const std::filesystem::path& target,
                                                     std::string_view contents) {
    ARROW_ASSIGN_OR_RAISE(TemporaryFile temporary,
                          TemporaryFile::Create(target.parent_path()));
    ARROW_RETURN_NOT_OK(WriteAll(temporary.file(), contents, temporary.path()));
    ARROW_RETURN_NOT_OK(SyncFile(temporary.file(), temporary.path()));
    ARROW_RETURN_NOT_OK(Failpoint("store.synced"));
    return temporary;
  }

  arrow::Status LinkNew(TemporaryFile* temporary,
                        const std::filesystem::path& path) const {
    ARROW_RETURN_NOT_OK(temporary->LinkTo(path));
    ARROW_RETURN_NOT_OK(Failpoint("store.created"));
    temporary->Remove();
    return SyncFolders(path.parent_path(), root_);
  }

  arrow::Result<FolderLock> LockFolderOf(const std::filesystem::path& path) const {
    return FolderLock::Acquire(path.parent_path(), options_.lock_timeout);
  }

  // Takes the lock under which `guard.key` is swapped, and compares.
  arrow::Result<FolderLock> LockWhile(const ObjectGuard& guard,
                                      std::string_view doing) const {
    ARROW_ASSIGN_OR_RAISE(const std::filesystem::path path, PathOf(guard.key));
    auto lock = LockFolderOf(path);
    if (!lock.ok() && KindOf(lock.status()) == ErrorKind::kNotFound) {
      return Changed(doing, guard.key);
    }
    ARROW_RETURN_NOT_OK(lock.status());
    ARROW_ASSIGN_OR_RAISE(const bool is_unchanged, HasVersion(path, guard.version));
    if (!is_unchanged) return Changed(doing, guard.key);
    return lock;
  }

  static arrow::Result<bool> HasVersion(const std::filesystem::path& path,
                                        const ObjectVersion& version) {
    const auto contents = ReadAll(path, kLargestGet);
    if (!contents.ok() && KindOf(contents.status()) == ErrorKind::kNotFound) return false;
    ARROW_RETURN_NOT_OK(contents.status());
    return VersionOf(*contents) == version;
  }

  const std::filesystem::path root_;
  const DirectoryStoreOptions options_;
};

}  // namespace

std::shared_ptr<ObjectStore> OpenDirectoryStore(const std::filesystem::path& root,
                                                const DirectoryStoreOptions& options) {
  // Absolute and without a trailing slash: the parents of a key's path end at the root.
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::absolute(root, error);
  if (error) absolute = root;
  absolute = absolute.lexically_normal();
  if (!absolute.has_filename()) absolute = absolute.parent_path();
  return std::make_shared<DirectoryStore>(std::move(absolute), options);
}

}  // namespace carmilla
