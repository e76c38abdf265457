#include <memory>

#include "conformance/object_store_suite.h"
#include "store/s3_store.h"
#include "testing/test_bucket.h"

namespace carmilla {
namespace {

class S3Place : public ObjectStorePlace {
 public:
  std::shared_ptr<ObjectStore> Open() override {
    return *OpenS3Store({.bucket = bucket_.name(),
                         .prefix = "deep/lake",
                         .region = bucket_.region(),
                         .endpoint = bucket_.endpoint()},
                        bucket_.OpenTransport(),
                        FixedAwsCredentials(bucket_.credentials()));
  }

  // AWS encodes keys in lists when it is asked to; this server does not. That encoded
  // ones are read is tested in s3_xml_test.
  bool ListsControlCharacters() const override { return false; }

 private:
  TestBucket bucket_;
};

std::unique_ptr<ObjectStorePlace> MakeS3Place() { return std::make_unique<S3Place>(); }

INSTANTIATE_TEST_SUITE_P(S3, ObjectStoreSuite, ::testing::Values(&MakeS3Place));

}  // namespace
}  // namespace carmilla
