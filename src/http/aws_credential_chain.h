#pragma once

#include <memory>

#include "http/aws_credential_source.h"
#include "http/aws_credentials.h"

namespace carmilla {

/// Finds credentials where programs of AWS look for them, in this order: the environment,
/// a web identity (IRSA), the profile, the container (ECS, EKS Pod Identity), the EC2
/// instance; with a profile in `options`, there only. Nothing is asked before the first
/// Get.
///
/// Temporary keys are kept until five minutes before they expire; when others cannot be
/// had then, the old ones serve to their end. Lasting keys are read anew every minute, so
/// that a rotated file is noticed. Messages name places, never a key.
std::shared_ptr<AwsCredentialsProvider> OpenAwsCredentials(AwsCredentialOptions options);

}  // namespace carmilla
