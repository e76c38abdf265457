#pragma once

#include <span>
#include <string>

#include "core/opaque_sql.h"
#include "stream/query_engine.h"

namespace carmilla {

/// One SELECT of what `sql` gives, in which `views` need not exist.
std::string WithViews(std::span<const QueryView> views, const std::string& sql,
                      SqlDialect dialect);

}  // namespace carmilla
