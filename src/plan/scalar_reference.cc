#include "plan/scalar_reference.h"

#include <arrow/util/utf8.h>

#include <algorithm>
#include <cstdlib>

#include "core/error.h"
#include "plan/text_file.h"

namespace carmilla {
namespace {

constexpr std::string_view kEnvironment = "env:";
constexpr std::string_view kFile = "file:";
constexpr std::string_view kSecret = "secret:";
constexpr size_t kLargestValue = 64 << 10;

bool IsVariableName(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_';
  };
  return !name.empty() && (name[0] < '0' || name[0] > '9') &&
         std::ranges::all_of(name, is_allowed);
}

arrow::Status CheckText(const ResolvedScalar& scalar) {
  arrow::util::InitializeUTF8();
  if (scalar.text.empty()) {
    return MakeError(ErrorKind::kConfiguration, scalar.origin + " is empty");
  }
  if (scalar.text.find('\0') != std::string::npos ||
      !arrow::util::ValidateUTF8(scalar.text)) {
    return MakeError(ErrorKind::kConfiguration, scalar.origin + " is not UTF-8 text");
  }
  return arrow::Status::OK();
}

arrow::Result<ResolvedScalar> ReadVariable(const std::string& name) {
  // A password that was put here by mistake is no variable's name: it is not shown.
  if (!IsVariableName(name)) {
    return MakeError(ErrorKind::kConfiguration,
                     "what follows env: is not the name of a variable",
                     "write env:NAME, such as env:DATABASE_URL");
  }
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr) {
    return MakeError(ErrorKind::kConfiguration,
                     "the environment variable " + name + " is not set",
                     "set it, as in `export " + name + "=...`");
  }
  ResolvedScalar scalar{value, "env:" + name};
  ARROW_RETURN_NOT_OK(CheckText(scalar));
  return scalar;
}

arrow::Result<ResolvedScalar> ReadFile(const std::string& path,
                                       const ScalarReferenceOptions& options) {
  if (path.empty()) {
    return MakeError(ErrorKind::kConfiguration, "file: needs a path",
                     "write file:PATH, such as file:./database_url");
  }
  const bool is_url = path.starts_with("//");
  ARROW_ASSIGN_OR_RAISE(
      std::string text,
      ReadTextFile(is_url ? path : ResolvePath(path, options.folder),
                   {.limit_bytes = kLargestValue, .must_be_private = options.is_secret}));
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  ResolvedScalar scalar{std::move(text), "file:" + path};
  ARROW_RETURN_NOT_OK(CheckText(scalar));
  return scalar;
}

}  // namespace

bool IsReference(std::string_view text) {
  return text.starts_with(kEnvironment) || text.starts_with(kFile);
}

arrow::Result<ResolvedScalar> ResolveScalar(const std::string& text,
                                            const ScalarReferenceOptions& options) {
  if (text.starts_with(kEnvironment)) {
    return ReadVariable(text.substr(kEnvironment.size()));
  }
  if (text.starts_with(kFile)) return ReadFile(text.substr(kFile.size()), options);
  if (options.is_name) return ResolvedScalar{text, ""};
  if (text.starts_with(kSecret)) {
    return MakeError(ErrorKind::kConfiguration,
                     "secret: is for the password of a connection",
                     "write `password: secret:ID#password`; elsewhere use env: or file:");
  }
  const std::string_view inside = std::string_view(text).substr(
      std::min(text.size(), size_t{text.starts_with("${") ? 2U : 1U}));
  const std::string_view name = inside.substr(0, inside.size() - inside.ends_with('}'));
  if (text.starts_with('$') && IsVariableName(name)) {
    return MakeError(ErrorKind::kConfiguration, "variables are not written with $",
                     "write env:" + std::string(name));
  }
  return ResolvedScalar{text, ""};
}

}  // namespace carmilla
