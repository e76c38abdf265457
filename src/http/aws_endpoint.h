#pragma once

#include <string>
#include <string_view>

namespace carmilla {

/// The value of a variable of the environment; "" when it is not set.
std::string EnvironmentValue(const char* name);

/// Scheme and host of a service of AWS itself in a region.
std::string PublicAwsEndpoint(std::string_view service, std::string_view region);

/// Scheme and host of a service of AWS in a region:
/// `https://sts.eu-west-1.amazonaws.com`. AWS_ENDPOINT_URL_<SERVICE> and AWS_ENDPOINT_URL
/// name another one, as for every program of AWS.
std::string AwsEndpointOf(std::string_view service, std::string_view region);

/// What AWS_ENDPOINT_URL_<SERVICE> or AWS_ENDPOINT_URL says, without a slash at the end;
/// "" when neither is set.
std::string EnvironmentEndpointOf(std::string_view service);

}  // namespace carmilla
