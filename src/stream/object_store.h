#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include "core/error.h"

namespace carmilla {

/// Identifies one state of one object (an ETag); compare for equality only.
using ObjectVersion = std::string;

struct ObjectInfo {
  std::string key;
  int64_t bytes = 0;
};

/// Contents of a small object together with the version they belong to.
struct StoredObject {
  std::string contents;
  ObjectVersion version;
};

/// One object in the state in which a caller saw it.
struct ObjectGuard {
  std::string key;
  ObjectVersion version;
};

/// Writes one object as a stream. Nothing is visible under its key before Commit is
/// called; when it has returned OK the whole object is, durably. Destroying an
/// uncommitted writer, or Abort, discards it; Close only ends the stream. Threads: one at
/// a time.
class ObjectWriter : public arrow::io::OutputStream {
 public:
  /// Publishes the object under its key, replacing an existing one atomically. Implies
  /// Close.
  virtual arrow::Status Commit() = 0;

  /// Ends the stream and opens what was written for reading, so that it can be proven
  /// before Commit replaces an older object; the handle is for the time before Commit.
  /// kUnsupported where a store cannot show what is not published yet (a bucket).
  virtual arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenUncommitted() {
    return MakeError(ErrorKind::kUnsupported,
                     "reading an object before it is published: not on this store");
  }

  /// CRC-32C of all bytes written so far.
  virtual uint32_t crc32c() const = 0;
};

/// Immutable bytes under keys: a directory or a bucket prefix.
///
/// Keys are relative, '/'-separated, UTF-8, without NUL and without empty components or
/// ones that begin with `.` (the store's own temporaries); others are kBug. Threads: all
/// methods may be called from several threads at once. Errors: kNotFound where a key does
/// not exist, kPermission, kDiskFull, else kIo. Conditional writes have a third outcome
/// besides done and not done: an error whose effect is unknown; the caller resolves it by
/// reading back and never by deleting.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// Starts a new object. Objects are visible only after Commit.
  virtual arrow::Result<std::unique_ptr<ObjectWriter>> OpenWrite(
      std::string_view key) = 0;

  /// Opens an object for random reads; the handle stays valid if the object is replaced.
  /// Where a store keeps no replaced objects (a bucket), reading a large one from then on
  /// is kConflict; never bytes of two.
  virtual arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenRead(
      std::string_view key) = 0;

  /// Reads a whole small object (at most 1 GiB).
  virtual arrow::Result<StoredObject> Get(std::string_view key) = 0;

  virtual arrow::Result<ObjectInfo> Head(std::string_view key) = 0;

  /// Creates an object; kConflict if the key exists already. Exactly one of several
  /// racers wins.
  virtual arrow::Status Create(std::string_view key, std::string_view contents) = 0;

  /// Replaces an object if its version is still `expected` (nullopt: if it does not
  /// exist); kConflict otherwise. Exactly one of several racers wins. Returns the new
  /// version. A version belongs to contents: an object that returns to earlier contents
  /// has its earlier version. Objects that are swapped are never written by OpenWrite.
  virtual arrow::Result<ObjectVersion> CompareAndSwap(
      std::string_view key, const std::optional<ObjectVersion>& expected,
      std::string_view contents) = 0;

  /// Makes `target` hold the bytes of `source`, replacing it atomically, while `guard` is
  /// as given; kConflict if it is not. A call whose guard has become old never undoes one
  /// with a newer guard, not even if its process was stopped in between. (A store without
  /// locks may do so in one rare case, and then fails with kConflict, so that its caller
  /// repeats: docs/decisions/0009.) Cheap if `target` already holds these bytes.
  virtual arrow::Status CopyWhile(const ObjectGuard& guard, std::string_view source,
                                  std::string_view target) = 0;

  /// Removes `key` (OK if it is missing) while `guard` is as given; kConflict if it is
  /// not. The same promise as CopyWhile.
  virtual arrow::Status DeleteWhile(const ObjectGuard& guard, std::string_view key) = 0;

  /// Calls `visit` for every object whose key begins with `prefix`, in key order; objects
  /// that appear or vanish meanwhile may or may not be seen.
  virtual arrow::Status List(
      std::string_view prefix,
      const std::function<arrow::Status(const ObjectInfo&)>& visit) = 0;

  /// Returns the names, sorted, of the folders directly under `folder` ("" is the root;
  /// nothing if it does not exist): the first components of longer keys.
  virtual arrow::Result<std::vector<std::string>> ListFolders(
      std::string_view folder) = 0;

  /// Removes an object; removing a missing one is OK. Only garbage collection calls it.
  virtual arrow::Status Delete(std::string_view key) = 0;

  /// Fails with a clear error and hint if this process could not publish here: not
  /// writable, or a file system without working hard links or locks. Leaves nothing
  /// behind.
  virtual arrow::Status CheckWritable() = 0;

  /// Removes what writers that were killed left behind where nobody sees it but somebody
  /// pays for it, if they began at least `age` ago: the unfinished uploads of a bucket.
  /// Never an object. Called at the start of every run.
  virtual arrow::Status RemoveLeftovers(std::chrono::seconds /*age*/) {
    return arrow::Status::OK();
  }

  /// Path or URI under which the embedded engine can read the object.
  virtual std::string UriOf(std::string_view key) const = 0;
};

}  // namespace carmilla
