#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "plan/configuration_reader.h"
#include "testing/matchers.h"

namespace carmilla {

/// Sets a variable of the environment for the life of this object.
class ScopedVariable {
 public:
  ScopedVariable(std::string name, const std::string& value) : name_(std::move(name)) {
    setenv(name_.c_str(), value.c_str(), /*replace=*/1);
  }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;
  ~ScopedVariable() { unsetenv(name_.c_str()); }

 private:
  std::string name_;
};

/// A new folder that goes with this object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "carmilla-plan-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }
  /// Writes a file with the permissions `mode` and returns its path.
  std::string Write(const std::string& name, const std::string& content,
                    unsigned mode = 0600) const {
    const std::string path = path_ + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
    return path;
  }

 private:
  std::string path_;
};

/// The shortest valid configuration without its tables, which take lines 1 and 2.
inline constexpr char kShortestHead[] =
    "connections: {app: {postgres: service=app}}\n"
    "lake: {path: /lake}\n";

inline arrow::Result<Configuration> Parse(
    const std::string& text, const std::vector<std::string>& overrides = {}) {
  return ParseConfiguration(text, "c.yaml", overrides);
}

/// Parses the shortest head, `lines`, and one table.
inline arrow::Result<Configuration> ParseTop(
    const std::string& lines, const std::vector<std::string>& overrides = {}) {
  return Parse(kShortestHead + lines + "\ntables: [public.orders]\n", overrides);
}

/// Parses the shortest head and `entries` below `tables:`, each from column 3 of line 4
/// on.
inline arrow::Result<Configuration> ParseTables(const std::string& entries) {
  std::string text = kShortestHead;
  text.append("tables:\n").append(entries);
  return Parse(text);
}

/// Returns all that a person sees of a failure.
inline std::string Shown(const arrow::Result<Configuration>& result) {
  return result.ok() ? "OK" : RenderError(result.status());
}

}  // namespace carmilla
