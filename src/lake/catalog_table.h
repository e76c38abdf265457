#pragma once

#include <string>

#include <arrow/result.h>

#include "lake/manifest.h"
#include "stream/catalog.h"
#include "stream/object_store.h"

namespace carmilla {

/// What a catalog shall say of the version `manifest`, whose files lie in `store`.
/// Partition columns are dates. Readers of a catalog read whole folders: MixedLayouts
/// where such a folder would give them rows of other versions, which happens when the
/// layout of a table changes to stable names.
arrow::Result<CatalogTable> MakeCatalogTable(const Manifest& manifest,
                                             ObjectStore& store);

/// Proves that the folders in which readers of a catalog will find `manifest` hold
/// nothing but its files: an attempt of the same run that was given up may have left some
/// there. kConflict if they do; the next run has folders of its own. MixedLayouts where
/// older versions lie beside stable names.
arrow::Status CheckCatalogFolders(const Manifest& manifest, ObjectStore& store);

/// kConfiguration: the folder `version` of an older version of `table` hinders its stable
/// layout.
arrow::Status MixedLayouts(const std::string& table, const std::string& version);

}  // namespace carmilla
