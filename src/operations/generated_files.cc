#include "operations/generated_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "core/error.h"
#include "operations/whole_file.h"
#include "plan/text_file.h"

namespace carmilla {
namespace {

namespace fs = std::filesystem;

/// Far more than 300 columns with long comments.
constexpr size_t kMostBytes = 64 << 20;

arrow::Result<std::string> ReadWhole(const std::string& path) {
  return ReadTextFile(path, {.limit_bytes = kMostBytes});
}

arrow::Status FolderError(const fs::path& folder, const std::error_code& error) {
  return MakeError(ErrorKind::kIo,
                   "opening the folder " + folder.string() + ": " + error.message());
}

}  // namespace

arrow::Result<GeneratedState> StateOf(const GeneratedFile& file) {
  std::error_code error;
  if (!fs::exists(file.path, error) && !error) return GeneratedState::kMissing;
  if (file.is_task) return GeneratedState::kSame;
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadWhole(file.path));
  if (text == file.text) return GeneratedState::kSame;
  if (!ParseOriginLine(text).has_value()) {
    return MakeError(ErrorKind::kConfiguration,
                     "writing " + file.path +
                         ": there is a file that `carmilla generate` did not write",
                     "move it away, or choose another place with --out or --name");
  }
  return GeneratedState::kDifferent;
}

arrow::Status WriteGenerated(const GeneratedFile& file) {
  const fs::path folder = fs::path(file.path).parent_path();
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) return FolderError(folder, error);
  return WithContext(PutWholeFile(file.path, file.text, /*replaces=*/!file.is_task),
                     "writing " + file.path);
}

arrow::Result<std::vector<HeaderOrigin>> ReadOrigins(const std::string& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return std::vector<HeaderOrigin>();
  std::vector<std::string> paths;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".h") paths.push_back(entry->path().string());
  }
  if (error) return FolderError(folder, error);
  std::ranges::sort(paths);
  std::vector<HeaderOrigin> origins;
  for (const std::string& path : paths) {
    ARROW_ASSIGN_OR_RAISE(const std::string text, ReadWhole(path));
    auto origin = ParseOriginLine(text);
    if (origin.has_value()) origins.push_back(*std::move(origin));
  }
  return origins;
}

}  // namespace carmilla
