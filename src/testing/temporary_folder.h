#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace carmilla {

/// A new folder, removed with everything in it when the object dies.
class TemporaryFolder {
 public:
  /// kMemory, where the machine has it, saves the time of fsync in tests that kill
  /// processes only: what a process has written survives its death anywhere.
  enum class Medium { kDisk, kMemory };

  explicit TemporaryFolder(Medium medium = Medium::kDisk) {
    std::filesystem::path parent = std::filesystem::temp_directory_path();
    const std::filesystem::path memory = "/dev/shm";
    if (medium == Medium::kMemory && ::access(memory.c_str(), W_OK | X_OK) == 0) {
      parent = memory;
    }
    std::string pattern = (parent / "carmilla-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error("cannot create a temporary folder: " + pattern);
    }
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace carmilla
