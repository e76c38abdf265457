#include "store/directory_listing.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "store/errno_error.h"
#include "stream/object_key.h"

namespace carmilla {
namespace {

struct Entry {
  std::string name;  // Folders end with '/', so that entries sort as their keys do.
  int64_t bytes = 0;

  bool is_folder() const { return name.back() == '/'; }
};

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

arrow::Status AddEntry(const std::filesystem::path& folder, std::string name,
                       std::vector<Entry>* entries) {
  // Temporaries, locks, and whatever could not be a key.
  if (!CheckObjectKey(name).ok()) return arrow::Status::OK();
  struct stat info{};
  if (::stat((folder / name).c_str(), &info) != 0) {
    // Removed meanwhile, or a symbolic link to nothing.
    if (errno == ENOENT || errno == ELOOP) return arrow::Status::OK();
    return ErrnoError(errno, "listing a folder", folder / name);
  }
  if (S_ISDIR(info.st_mode)) {
    entries->push_back({.name = std::move(name) + "/"});
  } else if (S_ISREG(info.st_mode)) {
    entries->push_back({.name = std::move(name), .bytes = info.st_size});
  }
  return arrow::Status::OK();
}

// A folder that does not exist is empty.
arrow::Result<std::vector<Entry>> ReadEntries(const std::filesystem::path& path) {
  std::vector<Entry> entries;
  const std::unique_ptr<DIR, CloseFolder> folder(::opendir(path.c_str()));
  if (folder == nullptr) {
    if (errno == ENOENT) return entries;
    return ErrnoError(errno, "listing a folder", path);
  }
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    ARROW_RETURN_NOT_OK(AddEntry(path, entry->d_name, &entries));
  }
  if (errno != 0) return ErrnoError(errno, "listing a folder", path);
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

class Listing {
 public:
  Listing(const std::filesystem::path& root, std::string_view prefix,
          const std::function<arrow::Status(const ObjectInfo&)>& visit)
      : root_(root), prefix_(prefix), visit_(visit) {}

  // Visits the objects under `folder_key`, which is empty or ends with '/'.
  arrow::Status Visit(const std::string& folder_key) const {
    ARROW_ASSIGN_OR_RAISE(const std::vector<Entry> entries,
                          ReadEntries(root_ / folder_key));
    for (const Entry& entry : entries) {
      const std::string key = folder_key + entry.name;
      if (entry.is_folder()) {
        if (key.starts_with(prefix_) || prefix_.starts_with(key)) {
          ARROW_RETURN_NOT_OK(Visit(key));
        }
      } else if (key.starts_with(prefix_)) {
        ARROW_RETURN_NOT_OK(visit_({.key = key, .bytes = entry.bytes}));
      }
    }
    return arrow::Status::OK();
  }

 private:
  const std::filesystem::path& root_;
  std::string_view prefix_;
  const std::function<arrow::Status(const ObjectInfo&)>& visit_;
};

}  // namespace

arrow::Status ListDirectory(
    const std::filesystem::path& root, std::string_view prefix,
    const std::function<arrow::Status(const ObjectInfo&)>& visit) {
  const size_t slash = prefix.rfind('/');
  const std::string folder_key(
      slash == std::string_view::npos ? "" : prefix.substr(0, slash + 1));
  if (!folder_key.empty()) {
    ARROW_RETURN_NOT_OK(
        CheckObjectKey(std::string_view(folder_key).substr(0, folder_key.size() - 1)));
  }
  return Listing(root, prefix, visit).Visit(folder_key);
}

arrow::Result<std::vector<std::string>> ListSubfolders(
    const std::filesystem::path& folder) {
  ARROW_ASSIGN_OR_RAISE(std::vector<Entry> entries, ReadEntries(folder));
  std::vector<std::string> names;
  for (Entry& entry : entries) {
    if (!entry.is_folder()) continue;
    entry.name.pop_back();
    names.push_back(std::move(entry.name));
  }
  // "a/" sorts after "a-b/", "a" before "a-b".
  std::ranges::sort(names);
  return names;
}

}  // namespace carmilla
