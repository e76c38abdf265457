#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carmilla {

/// What of `variables` (NAME=VALUE) the process of a task gets: where programs and files
/// are, language, zone and temporary folder, what steers libraries, and everything whose
/// name begins with TASK_, for what a task needs itself. All else stays behind, since any
/// variable may hold the password of the source or a key of AWS: configuration gives them
/// names of the user's choice.
std::vector<std::string> EnvironmentOfTask(std::span<const std::string_view> variables);

/// All variables of this process.
std::vector<std::string_view> OwnEnvironment();

}  // namespace carmilla
