#include "testing/test_bucket.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <vector>

namespace carmilla {
namespace {

/// Reads NAME=value from the env file that tools/s3_server.py wrote.
std::string ServerSetting(const std::string& name) {
  const char* path = std::getenv("CARMILLA_TEST_S3_ENV");
  if (path == nullptr) {
    throw std::runtime_error(
        "CARMILLA_TEST_S3_ENV is not set; run the test by ctest, or start a server with "
        "tools/s3_server.py start DIR and set it to DIR/env");
  }
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name + "=")) return line.substr(name.size() + 1);
  }
  throw std::runtime_error("no " + name + " in " + path +
                           "; is the test server running?");
}

/// Distinct among the tests of this process and among processes that run side by side.
std::string UniqueName() {
  static std::atomic<int> counter{0};
  return "test-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
}

// The texts of all elements `name`. These documents are the server's own, and small.
std::vector<std::string> ValuesOf(const std::string& xml, const std::string& name) {
  std::vector<std::string> values;
  const std::string opening = "<" + name + ">";
  for (size_t at = xml.find(opening); at != std::string::npos;
       at = xml.find(opening, at)) {
    at += opening.size();
    values.push_back(xml.substr(at, xml.find('<', at) - at));
  }
  return values;
}

}  // namespace

TestBucket::TestBucket()
    : name_(UniqueName()),
      endpoint_(ServerSetting("CARMILLA_S3_ENDPOINT")),
      region_(ServerSetting("CARMILLA_S3_REGION")),
      ca_file_(ServerSetting("CARMILLA_S3_CA_FILE")),
      credentials_{.access_key_id = ServerSetting("AWS_ACCESS_KEY_ID"),
                   .secret_access_key = Secret(ServerSetting("AWS_SECRET_ACCESS_KEY"))},
      guest_{.access_key_id = ServerSetting("CARMILLA_S3_GUEST_KEY_ID"),
             .secret_access_key = Secret(ServerSetting("CARMILLA_S3_GUEST_SECRET"))},
      client_(std::make_unique<AwsClient>(
          OpenTransport(), FixedAwsCredentials(credentials_),
          AwsClientOptions{.service = "s3", .region = region_, .endpoint = endpoint_})) {
  std::signal(SIGPIPE, SIG_IGN);  // As the program does.
  Ask("PUT");
}

TestBucket::~TestBucket() {
  try {
    std::vector<std::string> keys;
    std::vector<std::string> before;
    do {
      before = std::move(keys);
      keys = ValuesOf(Ask("GET", "", {{"list-type", "2"}}), "Key");
      for (const std::string& key : keys) Ask("DELETE", key);
    } while (keys != before);
    if (keys.empty()) Ask("DELETE");
  } catch (const std::exception& failure) {
    // The server is removed with all its buckets.
    std::cerr << "leaving bucket " << name_ << ": " << failure.what() << "\n";
  }
}

std::shared_ptr<HttpTransport> TestBucket::OpenTransport() const {
  auto transport = OpenCurlTransport({.ca_file = ca_file_});
  if (!transport.ok()) throw std::runtime_error(transport.status().ToString());
  return *transport;
}

std::string TestBucket::Ask(std::string_view method, std::string_view key,
                            const QueryParameters& query, std::string_view body,
                            const HttpHeaders& headers) {
  AwsRequest request{.action = "test",
                     .resource = name_,
                     .method = std::string(method),
                     .path = "/" + name_,
                     .query = query,
                     .headers = headers,
                     .body = body};
  if (!key.empty()) request.path += "/" + std::string(key);
  AwsAnswer answer = client_->Call(request);
  if (!answer.status.ok()) throw std::runtime_error(answer.status.ToString());
  return std::move(answer.response.body);
}

int TestBucket::CountUploads() {
  return static_cast<int>(ValuesOf(Ask("GET", "", {{"uploads", ""}}), "UploadId").size());
}

}  // namespace carmilla
