#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/aws_client.h"
#include "http/aws_credentials.h"
#include "http/http_transport.h"

namespace carmilla {

/// A bucket of its own on the throwaway S3 server, removed with all that is in it when
/// the object dies.
///
/// The server is the one that `tools/s3_server.py start DIR` started: the environment
/// variable CARMILLA_TEST_S3_ENV names its DIR/env file; ctest sets it. Every failure
/// here is a broken test set-up, so it throws std::runtime_error. Use one object from one
/// thread.
class TestBucket {
 public:
  TestBucket();
  ~TestBucket();
  TestBucket(const TestBucket&) = delete;
  TestBucket& operator=(const TestBucket&) = delete;

  const std::string& name() const { return name_; }
  const std::string& endpoint() const { return endpoint_; }
  const std::string& region() const { return region_; }
  const std::string& ca_file() const { return ca_file_; }
  const AwsCredentials& credentials() const { return credentials_; }
  /// Of a user who may do what the bucket's policy allows, and nothing else.
  const AwsCredentials& guest() const { return guest_; }

  /// A transport that trusts the server, with connections of its own.
  std::shared_ptr<HttpTransport> OpenTransport() const;

  /// Sends one signed request about the bucket as the owner of the server: the body of a
  /// success, or throws. `query` has no question mark: `uploads`, `policy`.
  std::string Ask(std::string_view method, std::string_view key = "",
                  const QueryParameters& query = {}, std::string_view body = "",
                  const HttpHeaders& headers = {});

  /// How many uploads are neither completed nor aborted.
  int CountUploads();

 private:
  std::string name_;
  std::string endpoint_;
  std::string region_;
  std::string ca_file_;
  AwsCredentials credentials_;
  AwsCredentials guest_;
  std::unique_ptr<AwsClient> client_;
};

}  // namespace carmilla
