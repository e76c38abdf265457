#include "engine/process_environment.h"

#include <unistd.h>

#include <algorithm>
#include <array>

namespace carmilla {
namespace {

constexpr auto kKeptNames = std::to_array<std::string_view>(
    {"PATH", "HOME", "USER", "LOGNAME", "HOSTNAME", "PWD", "TERM", "LANG", "LANGUAGE",
     "TZ", "TZDIR", "TMPDIR", "LD_LIBRARY_PATH", "LD_PRELOAD"});
/// Of names that continue.
constexpr auto kKeptBeginnings = std::to_array<std::string_view>(
    {"TASK_", "LC_", "MALLOC_", "GLIBC_", "OMP_", "ASAN_", "TSAN_", "UBSAN_"});

bool IsKept(std::string_view variable) {
  const std::string_view name = variable.substr(0, variable.find('='));
  return std::ranges::find(kKeptNames, name) != kKeptNames.end() ||
         std::ranges::any_of(kKeptBeginnings, [&](std::string_view beginning) {
           return name.starts_with(beginning);
         });
}

}  // namespace

std::vector<std::string> EnvironmentOfTask(std::span<const std::string_view> variables) {
  std::vector<std::string> kept;
  for (const std::string_view variable : variables) {
    if (IsKept(variable)) kept.emplace_back(variable);
  }
  return kept;
}

std::vector<std::string_view> OwnEnvironment() {
  std::vector<std::string_view> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

}  // namespace carmilla
