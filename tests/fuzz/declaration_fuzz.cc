// Any text as what a person declares or a manifest keeps, one per line: a JSON path, a
// declared type, an Arrow type. What is understood is written as something that is
// understood the same.

#include <arrow/type.h>

#include "core/error.h"
#include "fuzz/fuzz_input.h"
#include "types/arrow_type_text.h"
#include "types/declared_type.h"
#include "types/json_path.h"

namespace carmilla {
namespace {

void RequireToldToThePerson(const arrow::Status& status) {
  Require(KindOf(status) == ErrorKind::kConfiguration, "the person is told",
          status.ToString());
}

void RequirePathWell(std::string_view text) {
  const auto path = ParseJsonPath(text);
  if (!path.ok()) return RequireToldToThePerson(path.status());
  const std::string written = RenderJsonPath(*path);
  const auto again = ParseJsonPath(written);
  Require(again.ok() && *again == *path, "a path is read as it is written", written);
}

void RequireDeclaredTypeWell(std::string_view text) {
  const auto type = ParseDeclaredType(text);
  if (!type.ok()) return RequireToldToThePerson(type.status());
  const std::string written = RenderDeclaredType(*type);
  const auto again = ParseDeclaredType(written);
  Require(again.ok() && *again == *type, "a type is read as it is written", written);
  Require(type->kind == DeclaredKind::kStruct || ArrowTypeOf(*type) != nullptr,
          "a type has an Arrow type", written);
}

void RequireArrowTypeWell(std::string_view text) {
  const auto type = ParseArrowType(text);
  if (!type.ok()) {
    Require(KindOf(type.status()) == ErrorKind::kCorruptData, "the manifest is blamed",
            type.status().ToString());
    return;
  }
  Require(ArrowTypeText(**type) == text, "only what is written is read",
          ArrowTypeText(**type));
}

}  // namespace
}  // namespace carmilla

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace carmilla;
  const std::string text = FuzzInput(data, size).Rest();
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    RequirePathWell(line);
    RequireDeclaredTypeWell(line);
    RequireArrowTypeWell(line);
    begin = end + 1;
  }
  return 0;
}
