#include <filesystem>
#include <memory>
#include <string>

#include "conformance/object_store_suite.h"
#include "store/directory_store.h"
#include "testing/temporary_folder.h"

namespace carmilla {
namespace {

class DirectoryPlace : public ObjectStorePlace {
 public:
  std::shared_ptr<ObjectStore> Open() override {
    return OpenDirectoryStore(folder_.path() / "lake");
  }

 private:
  TemporaryFolder folder_;
};

std::unique_ptr<ObjectStorePlace> MakeDirectoryPlace() {
  return std::make_unique<DirectoryPlace>();
}

INSTANTIATE_TEST_SUITE_P(Directory, ObjectStoreSuite,
                         ::testing::Values(&MakeDirectoryPlace));

}  // namespace
}  // namespace carmilla
