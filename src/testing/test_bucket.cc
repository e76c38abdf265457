#include "testing/test_bucket.h"

#include <csignal>
#include <iostream>
#include <stdexcept>
#include <vector>

#include "testing/server_setting.h"

namespace carmilla {
namespace {

std::string Setting(const std::string& name) {
  return ServerSetting("CARMILLA_TEST_S3_ENV", "tools/s3_server.py", name);
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
    : name_(UniqueTestName('-')),
      endpoint_(Setting("CARMILLA_S3_ENDPOINT")),
      region_(Setting("CARMILLA_S3_REGION")),
      ca_file_(Setting("CARMILLA_S3_CA_FILE")),
      credentials_{.access_key_id = Setting("AWS_ACCESS_KEY_ID"),
                   .secret_access_key = Secret(Setting("AWS_SECRET_ACCESS_KEY"))},
      guest_{.access_key_id = Setting("CARMILLA_S3_GUEST_KEY_ID"),
             .secret_access_key = Secret(Setting("CARMILLA_S3_GUEST_SECRET"))},
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
