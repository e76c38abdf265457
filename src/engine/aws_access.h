#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <arrow/result.h>

#include "core/secret.h"
#include "http/aws_client.h"
#include "http/aws_credentials.h"
#include "http/http_transport.h"
#include "plan/lake_location.h"

namespace carmilla {

/// How this process reaches AWS; shared by the store, the catalog and queries.
struct AwsAccess {
  std::shared_ptr<HttpTransport> transport;
  std::shared_ptr<AwsCredentialsProvider> credentials;
  std::string ca_file;  ///< Authorities to trust; "": the system's.
  Secret proxy;         ///< As configured; empty: the environment's.
  std::string region;   ///< "" when neither configuration, environment nor profile says.
};

/// Follows `aws:` and, where it says nothing, the environment and the profile. Makes no
/// request.
arrow::Result<AwsAccess> OpenAwsAccess(const AwsConfiguration& aws);

/// A client of one service (`glue`, `athena`) in the region of `access`, at the endpoint
/// that the environment names for it, else AWS's. Of `options` these three are set.
std::shared_ptr<AwsClient> OpenAwsClient(const AwsAccess& access,
                                         std::string_view service,
                                         AwsClientOptions options = {});

}  // namespace carmilla
