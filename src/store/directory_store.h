#pragma once

#include <filesystem>
#include <memory>

#include <arrow/result.h>

#include "stream/object_store.h"

namespace carmilla {

/// Opens the directory `root` as an object store; it is created by the first write.
/// Objects appear by rename or link(2) from a temporary name beginning with `.`, after
/// fsync of file and folder; CompareAndSwap holds an open-file-description lock on
/// `.lock` in the object's folder. A crash at any moment leaves the old or the new
/// object, and perhaps a temporary file that nobody reads.
std::shared_ptr<ObjectStore> OpenDirectoryStore(const std::filesystem::path& root);

}  // namespace carmilla
