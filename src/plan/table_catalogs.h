#pragma once

#include "plan/configuration.h"
#include "plan/configuration_section.h"

namespace carmilla {

/// Puts what entries of tables say of the catalog into that of the lake, by the one names
/// of the tables, which these entries fix: it holds for whoever knows the lake only.
/// Reports what cannot be: a crawler with two databases, a table that a crawler cannot
/// read.
void PlaceTablesInCatalog(const ConfigurationSection& top, Configuration* configuration);

}  // namespace carmilla
