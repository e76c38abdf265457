#include "stream/object_key.h"

#include <arrow/util/utf8.h>

#include <string>

#include "core/error.h"

namespace carmilla {
namespace {

arrow::Status Refuse(std::string_view key, std::string_view problem) {
  return MakeError(ErrorKind::kBug,
                   "checking the key of an object: " + std::string(problem) + ": \"" +
                       std::string(key) + "\"");
}

}  // namespace

arrow::Status CheckObjectKey(std::string_view key) {
  if (key.find('\0') != std::string_view::npos) return Refuse("", "it contains NUL");
  arrow::util::InitializeUTF8();
  if (!arrow::util::ValidateUTF8(key)) return Refuse("", "it is not UTF-8");
  for (std::string_view rest = key;;) {
    const size_t slash = rest.find('/');
    const std::string_view component = rest.substr(0, slash);
    if (component.empty()) return Refuse(key, "a component is empty");
    if (component.front() == '.') return Refuse(key, "a component begins with a dot");
    if (slash == std::string_view::npos) return arrow::Status::OK();
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace carmilla
