#include "engine/aws_access.h"

#include "http/aws_credential_chain.h"
#include "http/aws_endpoint.h"
#include "http/aws_region.h"

namespace carmilla {

arrow::Result<AwsAccess> OpenAwsAccess(const AwsConfiguration& aws) {
  const std::string ca_file =
      aws.ca_file.empty() ? EnvironmentValue("AWS_CA_BUNDLE") : aws.ca_file;
  AwsAccess access{.ca_file = ca_file, .proxy = aws.proxy, .region = aws.region};
  if (access.region.empty()) {
    ARROW_ASSIGN_OR_RAISE(access.region, EnvironmentRegion(aws.profile));
  }
  ARROW_ASSIGN_OR_RAISE(
      access.transport,
      OpenCurlTransport({.ca_file = ca_file, .proxy = aws.proxy.Reveal()}));
  ARROW_ASSIGN_OR_RAISE(auto local_transport,
                        OpenCurlTransport({.ca_file = ca_file, .is_direct = true}));
  const AssumedRoleConfiguration& role = aws.assume_role;
  access.credentials =
      OpenAwsCredentials({.profile = aws.profile,
                          .assume_role = {.arn = role.arn,
                                          .external_id = role.external_id,
                                          .session_name = role.session_name},
                          .region = access.region,
                          .transport = access.transport,
                          .local_transport = std::move(local_transport)});
  return access;
}

std::shared_ptr<AwsClient> OpenAwsClient(const AwsAccess& access,
                                         std::string_view service,
                                         AwsClientOptions options) {
  options.service = service;
  options.region = access.region;
  options.endpoint = AwsEndpointOf(service, access.region);
  return std::make_shared<AwsClient>(access.transport, access.credentials,
                                     std::move(options));
}

}  // namespace carmilla
