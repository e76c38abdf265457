#pragma once

#include <map>
#include <string>

#include "plan/configuration.h"
#include "plan/configuration_section.h"

namespace carmilla {

/// Reads `mask:` of an entry of `tables:`; leaves out what is wrong, and adds it to the
/// context.
std::map<std::string, MaskedColumn> ReadMasks(const ConfigurationSection& entry);

}  // namespace carmilla
