#pragma once

#include <arrow/result.h>

#include "lake/manifest.h"
#include "stream/catalog.h"
#include "stream/object_store.h"

namespace carmilla {

/// What a catalog shall say of the version `manifest`, whose files lie in `store`.
/// Partition columns are dates. Readers of a catalog read whole folders: kUnsupported
/// where such a folder would give them rows of other versions, which happens when the
/// layout of a table changes to stable names.
arrow::Result<CatalogTable> MakeCatalogTable(const Manifest& manifest,
                                             ObjectStore& store);

}  // namespace carmilla
