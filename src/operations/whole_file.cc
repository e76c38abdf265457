#include "operations/whole_file.h"

#include "store/temporary_file.h"

namespace carmilla {

arrow::Status PutWholeFile(const std::filesystem::path& path, const std::string& contents,
                           bool replaces) {
  const std::filesystem::path folder =
      path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  ARROW_ASSIGN_OR_RAISE(TemporaryFile file, TemporaryFile::Create(folder));
  ARROW_RETURN_NOT_OK(WriteAll(file.file(), contents, path));
  ARROW_RETURN_NOT_OK(SyncFile(file.file(), path));
  ARROW_RETURN_NOT_OK(replaces ? file.MoveTo(path) : file.LinkTo(path));
  return SyncFolders(folder, folder);
}

}  // namespace carmilla
