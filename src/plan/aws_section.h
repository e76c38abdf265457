#pragma once

#include <optional>

#include "plan/configuration.h"
#include "plan/configuration_section.h"
#include "plan/lake_location.h"

namespace carmilla {

/// Reads `lake:` into `location`.
void ReadLake(const ConfigurationSection& lake, LakeLocation* location);

/// Reads `catalog:` of an entry of `tables:`.
std::optional<TableCatalog> ReadTableCatalog(const ConfigurationSection& entry);

/// Reads `athena:`.
void ReadAthena(const ConfigurationSection& athena, AthenaConfiguration* out);

/// Reads `aws:`.
void ReadAws(const ConfigurationSection& aws, AwsConfiguration* out);

}  // namespace carmilla
