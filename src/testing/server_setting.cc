#include "testing/server_setting.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace carmilla {

std::string ServerSetting(const std::string& file_variable, const std::string& tool,
                          const std::string& name) {
  const char* path = std::getenv(file_variable.c_str());
  if (path == nullptr) {
    throw std::runtime_error(
        file_variable + " is not set; run the test by ctest, or start a server with " +
        tool + " start DIR and set it to DIR/env");
  }
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name + "=")) return line.substr(name.size() + 1);
  }
  throw std::runtime_error("no " + name + " in " + path +
                           "; is the test server running?");
}

std::string UniqueTestName(char separator) {
  static std::atomic<int> counter{0};
  return std::string("test") + separator + std::to_string(getpid()) + separator +
         std::to_string(counter++);
}

}  // namespace carmilla
