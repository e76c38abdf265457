#pragma once

#include <vector>

#include "plan/configuration.h"
#include "plan/configuration_section.h"

namespace carmilla {

/// Reads `derive:` of an entry of `tables:`, in the order of the file; leaves out what is
/// wrong, and adds it to the context. `on_misfit` is the table's.
std::vector<DerivedColumnConfiguration> ReadDerivedColumns(
    const ConfigurationSection& entry, ValuePolicy on_misfit);

/// Reads `drop:` of an entry of `tables:`.
std::vector<NamedColumn> ReadDroppedColumns(const ConfigurationSection& entry);

}  // namespace carmilla
