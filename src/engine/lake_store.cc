#include "engine/lake_store.h"

#include "core/error.h"
#include "store/directory_store.h"

namespace carmilla {

arrow::Result<std::shared_ptr<ObjectStore>> OpenLakeStore(const LakeLocation& location) {
  if (!IsS3Url(location.path)) return OpenDirectoryStore(location.path);
  return MakeError(
      ErrorKind::kUnsupported,
      "opening the lake: buckets are not available in this version: " + location.path,
      "write a path such as ./lake");
}

}  // namespace carmilla
