#pragma once

#include <string>

namespace carmilla {

/// Reads NAME=value from the env file that `tool` (`tools/s3_server.py`) wrote, whose
/// path the variable `file_variable` tells. Throws where there is none.
std::string ServerSetting(const std::string& file_variable, const std::string& tool,
                          const std::string& name);

/// `test`, the process and a number with `separator` between them: distinct among the
/// tests of this process and among processes that run side by side.
std::string UniqueTestName(char separator);

}  // namespace carmilla
