#pragma once

#include <vector>

#include "plan/configuration.h"
#include "plan/configuration_section.h"

namespace carmilla {

/// Reads what `defaults:` and an entry of `tables:` have in common over `settings`.
void ReadTableSettings(const ConfigurationSection& section, TableDefaults* settings);

/// Reads the entries of `tables:`, each over `defaults`; adds what is wrong to the
/// context.
std::vector<TableConfiguration> ReadTables(const ConfigurationSection& top,
                                           const TableDefaults& defaults);

}  // namespace carmilla
