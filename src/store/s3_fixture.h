#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/s3_bucket.h"
#include "store/s3_store.h"
#include "testing/matchers.h"
#include "testing/test_bucket.h"

namespace carmilla {

/// A bucket of its own on the test server and a store in it.
class S3Fixture : public ::testing::Test {
 protected:
  static constexpr int64_t kPart = int64_t{5} << 20;  ///< The smallest S3 takes.

  S3StoreOptions Options() const {
    return {.bucket = bucket_.name(),
            .region = bucket_.region(),
            .endpoint = bucket_.endpoint(),
            .part_bytes = kPart,
            .parts_in_flight = 2,
            .client = {.max_attempts = 4, .first_wait = std::chrono::milliseconds(5)}};
  }

  std::shared_ptr<ObjectStore> Open(const S3StoreOptions& options) const {
    return Open(options, FixedAwsCredentials(bucket_.credentials()));
  }
  std::shared_ptr<ObjectStore> Open(
      const S3StoreOptions& options,
      std::shared_ptr<AwsCredentialsProvider> credentials) const {
    auto store = OpenS3Store(options, bucket_.OpenTransport(), std::move(credentials));
    EXPECT_OK(store);
    return *store;
  }

  /// Text that is nowhere the same.
  static std::string Bytes(size_t size) {
    std::string bytes(size, '\0');
    uint64_t state = 88172645463325252;
    for (char& byte : bytes) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      byte = static_cast<char>(state);
    }
    return bytes;
  }

  static arrow::Status Write(ObjectStore& store, std::string_view key,
                             std::string_view contents) {
    ARROW_ASSIGN_OR_RAISE(auto writer, store.OpenWrite(key));
    // Pieces as a Parquet writer makes them, not of a part's size.
    for (size_t from = 0; from < contents.size(); from += 700'001) {
      const std::string_view piece = contents.substr(from, 700'001);
      ARROW_RETURN_NOT_OK(
          writer->Write(piece.data(), static_cast<int64_t>(piece.size())));
    }
    return writer->Commit();
  }

  static std::string Read(ObjectStore& store, std::string_view key) {
    auto object = store.Get(key);
    return object.ok() ? std::move(object->contents)
                       : "(" + object.status().message() + ")";
  }

  static std::vector<std::string> Keys(ObjectStore& store, std::string_view prefix = "") {
    std::vector<std::string> keys;
    EXPECT_OK(store.List(prefix, [&keys](const ObjectInfo& object) {
      keys.push_back(object.key);
      return arrow::Status::OK();
    }));
    return keys;
  }

  TestBucket bucket_;
};

}  // namespace carmilla
