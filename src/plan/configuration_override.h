#pragma once

#include <span>
#include <string>

#include "plan/yaml_document.h"

namespace carmilla {

/// Puts each `key=value` of `--set` over `root` (which may be null). A dotted key names a
/// key of the top level or of a map below it (`defaults.compression`,
/// `connections.app.postgres`); the value is a YAML scalar. What is wrong is added to
/// `problems` at line 0; whether keys exist and values fit is left to the validation of
/// the whole, which sees line 0 too.
YamlNodePointer ApplyOverrides(YamlNodePointer root,
                               std::span<const std::string> overrides,
                               ProblemList* problems);

}  // namespace carmilla
