#include "http/aws_endpoint.h"

#include <cstdlib>

namespace carmilla {

std::string EnvironmentValue(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? "" : value;
}

std::string EnvironmentEndpointOf(std::string_view service) {
  // The services whose names there are not those of their hosts.
  if (service == "secretsmanager") service = "secrets_manager";
  if (service == "portal.sso") service = "sso";
  std::string name = "AWS_ENDPOINT_URL_";
  for (const char c : service) {
    const bool is_lower = c >= 'a' && c <= 'z';
    name += is_lower ? static_cast<char>(c - 'a' + 'A') : c;
  }
  std::string endpoint = EnvironmentValue(name.c_str());
  if (endpoint.empty()) endpoint = EnvironmentValue("AWS_ENDPOINT_URL");
  if (endpoint.ends_with('/')) endpoint.pop_back();
  return endpoint;
}

std::string PublicAwsEndpoint(std::string_view service, std::string_view region) {
  return "https://" + std::string(service) + "." + std::string(region) +
         (region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
}

std::string AwsEndpointOf(std::string_view service, std::string_view region) {
  std::string endpoint = EnvironmentEndpointOf(service);
  return endpoint.empty() ? PublicAwsEndpoint(service, region) : endpoint;
}

}  // namespace carmilla
