#include "http/aws_credentials.h"

#include <utility>

namespace carmilla {
namespace {

class FixedProvider : public AwsCredentialsProvider {
 public:
  explicit FixedProvider(AwsCredentials credentials)
      : credentials_(std::move(credentials)) {}
  arrow::Result<AwsCredentials> Get() override { return credentials_; }
  void Refuse(const AwsCredentials& /*credentials*/) override {}

 private:
  const AwsCredentials credentials_;
};

}  // namespace

std::shared_ptr<AwsCredentialsProvider> FixedAwsCredentials(AwsCredentials credentials) {
  return std::make_shared<FixedProvider>(std::move(credentials));
}

}  // namespace carmilla
