#pragma once

#include <string>

#include "types/table_description.h"

namespace carmilla {

// Parts of SQL that is shown to people, who may run it as it is. A name that no SQL can
// say is given unquoted.

/// `name` quoted, without control characters.
std::string Quoted(const std::string& name);
/// `"schema"."name"`.
std::string Quoted(const RelationName& name);
/// `text` as a constant.
std::string Literal(const std::string& text);

}  // namespace carmilla
