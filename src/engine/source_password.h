#pragma once

#include <string>

#include <arrow/result.h>

#include "plan/configuration.h"
#include "postgres/session.h"

namespace carmilla {

/// Where the password of `connection` comes from when libpq shall not find it itself: a
/// secret of AWS Secrets Manager, which is read once and again when a login with it was
/// refused, or a token of RDS for each login. Nothing otherwise. Makes no request.
arrow::Result<PasswordSource> OpenPasswordSource(
    const ConnectionConfiguration& connection, const AwsConfiguration& aws);

}  // namespace carmilla
