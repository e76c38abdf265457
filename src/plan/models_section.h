#pragma once

#include "plan/configuration_section.h"

namespace carmilla {

/// Reads `models:` of the top level. Without it the folder `models` beside the
/// configuration is taken if it is there; one that is named must be there when it is
/// read.
ModelsConfiguration ReadModelsSection(const ConfigurationSection& top);

}  // namespace carmilla
