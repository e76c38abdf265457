#pragma once

#include <chrono>
#include <string>

#include <arrow/result.h>

namespace carmilla {

/// Runs `command` by /bin/sh and returns what it writes to standard output; standard
/// input and error are /dev/null. kAuthentication, which never shows its output, when it
/// cannot be run, fails, or takes longer than `deadline`; it is killed then.
arrow::Result<std::string> RunCredentialProcess(
    const std::string& command,
    std::chrono::milliseconds deadline = std::chrono::seconds(60));

}  // namespace carmilla
