#include "aws/rds_token.h"

#include "core/sha256.h"
#include "http/aws_signature.h"

namespace carmilla {

arrow::Result<Secret> MakeRdsToken(const RdsLogin& login,
                                   const AwsCredentials& credentials,
                                   std::chrono::system_clock::time_point time) {
  const std::string place = login.host + ":" + login.port;
  ARROW_ASSIGN_OR_RAISE(const std::string digest, Sha256(""));
  const SignableRequest request{.method = "GET",
                                .query = {{"Action", "connect"}, {"DBUser", login.user}},
                                .headers = {{"host", place}},
                                .payload_sha256 = Hexadecimal(digest)};
  ARROW_ASSIGN_OR_RAISE(
      const std::string query,
      PresignedQuery(request, credentials,
                     {.region = login.region, .service = "rds-db", .time = time},
                     std::chrono::minutes(15)));
  return Secret(place + "/?" + query);
}

std::string RegionOfRdsHost(const std::string& host) {
  const size_t end = host.find(".rds.amazonaws.com");
  if (end == std::string::npos || end == 0) return "";
  const size_t dot = host.rfind('.', end - 1);
  return dot == std::string::npos ? "" : host.substr(dot + 1, end - dot - 1);
}

}  // namespace carmilla
