#include "plan/configuration_locator.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "core/error.h"

namespace carmilla {
namespace {

constexpr char kDefaultFile[] = "carmilla.yaml";

// Anything but "not there" is left to the reader, which knows the cause.
bool IsMissing(const std::string& path) {
  std::error_code error;
  return std::filesystem::status(path, error).type() ==
         std::filesystem::file_type::not_found;
}

}  // namespace

arrow::Result<std::string> FindConfiguration(const std::optional<std::string>& flag) {
  if (flag.has_value()) {
    if (!IsMissing(*flag)) return *flag;
    return MakeError(ErrorKind::kConfiguration,
                     "finding the configuration: --config names no file: " + *flag);
  }
  const char* variable =
      std::getenv("CARMILLA_CONFIG");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  if (variable != nullptr && *variable != '\0') {
    if (!IsMissing(variable)) return std::string(variable);
    return MakeError(ErrorKind::kConfiguration,
                     "finding the configuration: CARMILLA_CONFIG names no file: " +
                         std::string(variable));
  }
  if (!IsMissing(kDefaultFile)) return std::string(kDefaultFile);
  return MakeError(
      ErrorKind::kConfiguration,
      "finding the configuration: there is no carmilla.yaml here",
      "`carmilla init` writes one for the database that DATABASE_URL names; --config or "
      "CARMILLA_CONFIG name one elsewhere; `carmilla extract` needs none");
}

}  // namespace carmilla
