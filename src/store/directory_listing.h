#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "stream/object_store.h"

namespace carmilla {

/// See ObjectStore::List.
arrow::Status ListDirectory(const std::filesystem::path& root, std::string_view prefix,
                            const std::function<arrow::Status(const ObjectInfo&)>& visit);

/// See ObjectStore::ListFolders; `folder` is a path.
arrow::Result<std::vector<std::string>> ListSubfolders(
    const std::filesystem::path& folder);

}  // namespace carmilla
