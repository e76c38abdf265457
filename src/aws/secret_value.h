#pragma once

#include <string>

#include <arrow/result.h>

#include "core/secret.h"
#include "http/aws_client.h"

namespace carmilla {

/// Where a secret of AWS Secrets Manager is.
struct SecretReference {
  std::string id;        ///< Name or ARN.
  std::string json_key;  ///< Of the JSON in it; "" is the whole text.
};

/// Reads the present version of a secret. kConfiguration if there is none of that id, or
/// not that key in it; kPermission naming secretsmanager:GetSecretValue. No message shows
/// anything of its value.
arrow::Result<Secret> ReadSecretValue(AwsClient& client,
                                      const SecretReference& reference);

}  // namespace carmilla
