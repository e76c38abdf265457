#pragma once

#include <span>
#include <string>

#include "stream/query_engine.h"

namespace carmilla {

/// The only statement of `sql` without its semicolon and what stands behind that, so that
/// it can stand between parentheses.
std::string WithoutEnd(const std::string& sql);

/// Whether nothing but blanks and comments stands behind the first semicolon.
bool IsOneStatement(const std::string& sql);

/// One SELECT of what `sql` gives, in which `views` need not exist.
std::string WithViews(std::span<const QueryView> views, const std::string& sql);

}  // namespace carmilla
