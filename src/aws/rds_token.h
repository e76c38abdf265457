#pragma once

#include <chrono>
#include <string>

#include <arrow/result.h>

#include "core/secret.h"
#include "http/aws_credentials.h"

namespace carmilla {

/// A database of Amazon RDS, and who logs in.
struct RdsLogin {
  std::string host;
  std::string port;
  std::string user;
  std::string region;
};

/// Makes the password of a login by IAM: a presigned request that is valid for fifteen
/// minutes from `time`. Asks nobody.
arrow::Result<Secret> MakeRdsToken(const RdsLogin& login,
                                   const AwsCredentials& credentials,
                                   std::chrono::system_clock::time_point time);

/// The region in the name of a host of RDS (`db.abc.eu-west-1.rds.amazonaws.com`); "" for
/// others.
std::string RegionOfRdsHost(const std::string& host);

}  // namespace carmilla
