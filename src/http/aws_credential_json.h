#pragma once

#include <string>
#include <string_view>

#include <arrow/result.h>

#include "http/aws_credentials.h"

namespace carmilla {

/// Reads credentials in the JSON of metadata services, of credential_process and of SSO.
/// kAuthentication if there are none in it, with the service's own code and message where
/// it gives one; `place` names it.
arrow::Result<AwsCredentials> ReadCredentialJson(std::string_view text,
                                                 const std::string& place);

}  // namespace carmilla
